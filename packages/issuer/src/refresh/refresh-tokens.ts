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
export interface RefreshTokenUse {
  /** The client, as it was authenticated. */
  readonly clientId: string
  /** Less scope than was granted. Default: all of it. The next use may ask for all of it again. */
  readonly scope?: string | readonly string[] | undefined
  /** Fewer APIs than were granted. Default: all. */
  readonly audience?: string | readonly string[] | undefined
}

/** A refresh token that was used: what to issue an access token for, and its successor. */
export interface UsedRefreshToken extends IssuedRefreshToken {
  readonly grant: RefreshTokenGrant
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
   * spends nothing. A token that was spent before ends the family, but for a repetition within the grace.
   *
   * @throws RefreshTokenError
   * @throws StoreUnavailableError
   * @throws IssuerConfigurationError when it is not said who uses it
   * @example
   * ```ts
   * const { grant, refreshToken } = await refreshTokens.use(presented, { clientId: 'web' })
   * const accessToken = await issuer.issueAccessToken(grant)
   * ```
   */
  use(refreshToken: string, use: RefreshTokenUse): Promise<UsedRefreshToken>
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

  async function rotate(family: RefreshTokenFamily, token: PresentedToken, nowMs: number) {
    const successor = makeSuccessor(token)
    const expiresAtMs = Math.min(nowMs + idleMs, family.endsAtMs)
    const sealed = sealSuccessor(token, successor.text)
    const rotation = { current: successor.hash, previous: token.hash, sealed, rotatedAtMs: nowMs, expiresAtMs }
    const isRotated = await ask(() => store.rotate(family.id, rotation))
    return isRotated ? { refreshToken: successor.text, expiresAt: seconds(expiresAtMs) } : undefined
  }

  async function useOnce(token: PresentedToken, use: RefreshTokenUse): Promise<UsedRefreshToken | undefined> {
    const family = await ask(() => store.find(token.familyId))
    const nowMs = Date.now()
    const verdict = judgeUse(family, { token, clientId: use.clientId, nowMs, graceMs })
    if (family === undefined) throw new RefreshTokenError('refresh_token_unknown')
    if (verdict === 'rotate') {
      const grant = narrowGrant(family.grant, use.scope, use.audience)
      const rotated = await rotate(family, token, nowMs)
      if (rotated !== undefined) tell('rotated', family)
      return rotated && Object.freeze({ grant, ...rotated })
    }
    if (verdict === 'repeat') {
      const grant = narrowGrant(family.grant, use.scope, use.audience)
      const refreshToken = recover(family, token)
      tell('repeated', family)
      return Object.freeze({ grant, refreshToken, expiresAt: seconds(family.expiresAtMs) })
    }
    if (verdict === 'refresh_token_reused' && (await ask(() => store.revoke(family.id, nowMs)))) tell('reused', family)
    if (verdict === 'client_mismatch') tell('client_mismatch', family)
    throw new RefreshTokenError(verdict)
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
    use: async (refreshToken: string, use: RefreshTokenUse) => {
      const { clientId } = checkNames(use, ['clientId', 'scope', 'audience'], 'use')
      checkText(clientId, 'use.clientId', 'the id of the client that uses it, as a string')
      const token = readToken(refreshToken)
      if (token === undefined) throw new RefreshTokenError('refresh_token_unknown')
      // Who loses the race for a rotation finds the winner's at the second look.
      const used = (await useOnce(token, use)) ?? (await useOnce(token, use))
      if (used === undefined) throw new StoreUnavailableError('The store shows an older state than it decides by')
      return used
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
