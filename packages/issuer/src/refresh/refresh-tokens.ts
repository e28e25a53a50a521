import { checkInteger, checkNames, checkText, isObject } from '../checks.ts'
import { IssuerConfigurationError, kindOf } from '../configuration-error.ts'
import { EventStream } from '../event-stream.ts'
import { askStore } from '../store-deadline.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import { checkGrant, type RefreshTokenRequest } from './grant.ts'
import { judgeUse } from './judge-use.ts'
import { narrowGrant } from './narrow-grant.ts'
import { isSameHash, makeFirstToken, makeSuccessor, type PresentedToken, readToken } from './opaque-token.ts'
import { RefreshTokenError } from './refresh-token-error.ts'
import type { RefreshTokenEvent, RefreshTokenListener } from './refresh-token-events.ts'
import type { RefreshTokenFamily, RefreshTokenGrant, RefreshTokenStore } from './refresh-token-store.ts'
import { openSuccessor, sealSuccessor } from './successor-seal.ts'

/** Options of {@link createRefreshTokens}. */
export interface RefreshTokensOptions {
  /** Where they are kept: `sqliteRefreshStore`, `memoryRefreshStore`, or one of your own. */
  readonly store: RefreshTokenStore
  /** How long a refresh token may lie unused, in seconds, 1 to 34,560,000 (400 days). Default 1,209,600 (14 days). */
  readonly idleLifetimeSeconds?: number | undefined
  /** When the user has to log in again in any case, in seconds, like above. Default 7,776,000 (90 days). */
  readonly absoluteLifetimeSeconds?: number | undefined
  /**
   * How long the same client may repeat the use of a token, and get the same successor, in seconds, 0 to 60. It is there
   * for two tabs that refresh at once, and for answers that were lost on the way. Default 10.
   */
  readonly graceSeconds?: number | undefined
  /** How long the store may take for one operation, in milliseconds, 10 to 60,000. Default 1,000. */
  readonly storeTimeoutMs?: number | undefined
}

/** A refresh token for a client. */
export interface IssuedRefreshToken {
  /** The token: a secret of the client. */
  readonly refreshToken: string
  /** Until when it can be used, in seconds since the epoch. */
  readonly expiresAt: number
}

/** Who uses a refresh token, and for what. */
export interface RefreshTokenUse<Prepared = unknown> {
  /** The client, as it was authenticated. */
  readonly clientId: string
  /** Less scope than was granted. Default: all of it. The next use may ask for all of it again. */
  readonly scope?: string | readonly string[] | undefined
  /** Fewer APIs than were granted. Default: all. */
  readonly audience?: string | readonly string[] | undefined
  /**
   * Makes what the client gets besides, the access token, before the token is spent. When it throws, nothing is spent, and
   * the client may try again at any time. It is called once at most, and only for a use that is allowed; what it made is
   * not given out when the token cannot be spent after all. There is no limit to the time that it takes. Default: nothing
   * is prepared.
   */
  readonly prepare?: ((grant: RefreshTokenGrant) => Prepared | Promise<Prepared>) | undefined
}

/** A refresh token that was used: what it stands for, and its successor. */
export interface UsedRefreshToken<Prepared = unknown> extends IssuedRefreshToken {
  readonly grant: RefreshTokenGrant
  /** What `prepare` has made, where it was given. */
  readonly prepared: Prepared
}

/** Refresh tokens: opaque, stored as hashes, good for one use (RFC 6749 §6, RFC 9700 §4.14). */
export interface RefreshTokens {
  /**
   * Issues the first token of a family, after the application has logged a user in.
   *
   * @throws IssuerConfigurationError when the request is wrong; it names personal values by their kind only
   * @throws StoreUnavailableError
   * @example
   * ```ts
   * const { refreshToken } = await refreshTokens.issue({ subject: 'user-1', clientId: 'web', audience: 'https://api.example' })
   * ```
   */
  issue(request: RefreshTokenRequest): Promise<IssuedRefreshToken>
  /**
   * Uses a token, which is spent by that, and gives its successor. A request that is refused for its scope or audience
   * spends nothing, nor does one whose `prepare` throws. A token that was spent before ends the family, but for a
   * repetition within the grace.
   *
   * @throws RefreshTokenError
   * @throws StoreUnavailableError
   * @throws IssuerConfigurationError when it is not said who uses it
   * @throws what `prepare` throws
   * @example
   * ```ts
   * const { prepared: accessToken, refreshToken } = await refreshTokens.use(presented, {
   *   clientId: 'web',
   *   prepare: (grant) => issuer.issueAccessToken(grant),
   * })
   * ```
   */
  use<Prepared = undefined>(refreshToken: string, use: RefreshTokenUse<Prepared>): Promise<UsedRefreshToken<Prepared>>
  /**
   * Revokes the whole family of a token, also by one that was used before. One that is not known changes nothing
   * (RFC 7009 §2.2).
   *
   * @param by the client that asks for it: a token of another client is then refused with `client_mismatch`
   * @throws RefreshTokenError `client_mismatch`
   * @throws StoreUnavailableError
   */
  revoke(refreshToken: string, by?: { readonly clientId: string }): Promise<void>
  /**
   * Revokes all refresh tokens of a user: after a change of the password, or to log out everywhere.
   *
   * @returns how many families it were
   * @throws StoreUnavailableError
   */
  revokeSubject(subject: string): Promise<number>
  /**
   * Calls the listener with each event; none has a token in it.
   *
   * @returns the function that ends the subscription
   */
  subscribe(listener: RefreshTokenListener): () => void
}

const day = 86_400
const maxLifetimeSeconds = 400 * day

const optionNames = ['store', 'idleLifetimeSeconds', 'absoluteLifetimeSeconds', 'graceSeconds', 'storeTimeoutMs']

/**
 * Makes the keeper of refresh tokens.
 *
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const refreshTokens = createRefreshTokens({ store: sqliteRefreshStore({ path: 'refresh.db' }) })
 * refreshTokens.subscribe(({ type, family }) => type === 'reused' && alarm(family))
 * ```
 */
export function createRefreshTokens(options: RefreshTokensOptions): RefreshTokens {
  const { store, idleMs, absoluteMs, graceMs, storeTimeoutMs } = checkOptions(options)
  const events = new EventStream<RefreshTokenEvent>()

  const ask = <T>(operation: () => Promise<T>) => askStore(operation, storeTimeoutMs)
  const tell = (type: RefreshTokenEvent['type'], { id, grant }: Pick<RefreshTokenFamily, 'id' | 'grant'>) =>
    events.emit({ type, family: id, subject: grant.subject, clientId: grant.clientId })

  async function rotate(family: RefreshTokenFamily, token: PresentedToken) {
    const nowMs = Date.now()
    const successor = makeSuccessor(token)
    const expiresAtMs = Math.min(nowMs + idleMs, family.endsAtMs)
    // Without a grace nobody gets it a second time.
    const sealed = graceMs === 0 ? undefined : sealSuccessor(token, successor.text)
    const rotation = { current: successor.hash, previous: token.hash, sealed, rotatedAtMs: nowMs, expiresAtMs }
    const isRotated = await ask(() => store.rotate(family.id, rotation))
    if (!isRotated) return undefined
    tell('rotated', family)
    return { refreshToken: successor.text, expiresAt: seconds(expiresAtMs) }
  }

  /** The family, and whether the token is the current one or the one before; every other use ends here. */
  async function judge(token: PresentedToken, by: { readonly clientId: string; readonly wasCurrent: boolean }) {
    const family = await ask(() => store.find(token.familyId))
    const nowMs = Date.now()
    const verdict = judgeUse(family, { token, nowMs, graceMs, ...by })
    if (family === undefined) throw new RefreshTokenError('refresh_token_unknown')
    if (verdict === 'rotate' || verdict === 'repeat') return { family, verdict }
    if (verdict === 'refresh_token_reused' && (await ask(() => store.revoke(family.id, nowMs)))) tell('reused', family)
    if (verdict === 'client_mismatch') tell('client_mismatch', family)
    throw new RefreshTokenError(verdict)
  }

  async function useOnce(token: PresentedToken, use: RefreshTokenUse): Promise<UsedRefreshToken> {
    const { family, verdict } = await judge(token, { clientId: use.clientId, wasCurrent: false })
    const grant = narrowGrant(family.grant, use.scope, use.audience)
    const prepared = use.prepare && { prepared: await use.prepare(grant) }
    // A rotation sees that by itself.
    if (prepared !== undefined && verdict === 'repeat') await refuseRevoked(family)
    const rotated = verdict === 'rotate' ? await rotate(family, token) : repeat(family, token)
    // Who loses the race for a rotation finds the winner's at the second look.
    const given = rotated ?? (await repeatAfterRace(token, use.clientId))
    return Object.freeze({ grant, ...given, ...prepared }) as UsedRefreshToken
  }

  /** Preparing takes its time, in which the user may have logged out. */
  async function refuseRevoked({ id }: RefreshTokenFamily): Promise<void> {
    const family = await ask(() => store.find(id))
    if (family?.revokedAtMs !== undefined) throw new RefreshTokenError('refresh_token_revoked')
  }

  async function repeatAfterRace(token: PresentedToken, clientId: string) {
    const { family, verdict } = await judge(token, { clientId, wasCurrent: true })
    if (verdict === 'repeat') return repeat(family, token)
    throw new StoreUnavailableError('The store shows an older state than it decides by')
  }

  function repeat(family: RefreshTokenFamily, token: PresentedToken) {
    const refreshToken = recover(family, token)
    tell('repeated', family)
    return { refreshToken, expiresAt: seconds(family.expiresAtMs) }
  }

  return Object.freeze({
    issue: async (request: RefreshTokenRequest) => {
      const grant = checkGrant(request)
      const { text, familyId: id, hash: current } = makeFirstToken()
      const nowMs = Date.now()
      const times = { rotatedAtMs: nowMs, expiresAtMs: nowMs + idleMs, endsAtMs: nowMs + absoluteMs }
      const untouched = { previous: undefined, sealed: undefined, revokedAtMs: undefined }
      await ask(() => store.insert({ id, grant, current, ...times, ...untouched }, nowMs))
      tell('issued', { id, grant })
      return Object.freeze({ refreshToken: text, expiresAt: seconds(times.expiresAtMs) })
    },
    use: async <Prepared>(refreshToken: string, use: RefreshTokenUse<Prepared>) => {
      const { clientId, prepare } = checkNames(use, ['clientId', 'scope', 'audience', 'prepare'], 'use')
      checkText(clientId, 'use.clientId', 'the id of the client that uses it, as a string')
      if (prepare !== undefined && typeof prepare !== 'function') {
        throw new IssuerConfigurationError('use.prepare', kindOf(prepare), 'a function')
      }
      const token = readToken(refreshToken)
      if (token === undefined) throw new RefreshTokenError('refresh_token_unknown')
      return (await useOnce(token, use)) as UsedRefreshToken<Prepared>
    },
    revoke: async (refreshToken: string, by?: { readonly clientId: string }) => {
      const token = readToken(refreshToken)
      const family = token && (await ask(() => store.find(token.familyId)))
      if (family === undefined) return
      if (by !== undefined && by.clientId !== family.grant.clientId) throw new RefreshTokenError('client_mismatch')
      if (await ask(() => store.revoke(family.id, Date.now()))) tell('revoked', family)
    },
    revokeSubject: (subject: string) => ask(() => store.revokeSubject(subject, Date.now())),
    subscribe: (listener: RefreshTokenListener) => events.subscribe(listener),
  })
}

/** The successor that the token had got. */
function recover(family: RefreshTokenFamily, token: PresentedToken): string {
  const successor = readToken(family.sealed === undefined ? undefined : openSuccessor(token, family.sealed))
  if (successor !== undefined && isSameHash(family.current, successor.hash)) return successor.text
  throw new StoreUnavailableError('The store holds a family that does not fit together')
}

function checkOptions(options: unknown) {
  const given = checkNames(options, optionNames, 'options')
  const lifetime = (name: string, byDefault: number) =>
    checkInteger(given[name] ?? byDefault, 1, maxLifetimeSeconds, name, 'seconds') * 1000
  const absoluteMs = lifetime('absoluteLifetimeSeconds', 90 * day)
  return {
    store: checkStore(given['store']),
    absoluteMs,
    idleMs: Math.min(lifetime('idleLifetimeSeconds', 14 * day), absoluteMs),
    graceMs: checkInteger(given['graceSeconds'] ?? 10, 0, 60, 'graceSeconds', 'seconds') * 1000,
    storeTimeoutMs: checkInteger(given['storeTimeoutMs'] ?? 1000, 10, 60_000, 'storeTimeoutMs', 'milliseconds'),
  }
}

function checkStore(store: unknown): RefreshTokenStore {
  const operations: readonly (keyof RefreshTokenStore)[] = ['insert', 'find', 'rotate', 'revoke', 'revokeSubject']
  if (isObject(store) && operations.every((name) => typeof store[name] === 'function')) {
    return store as unknown as RefreshTokenStore
  }
  throw new IssuerConfigurationError('store', kindOf(store), `an object with ${operations.join(', ')}`)
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}
