import type { JwksEvent } from '@sallyport/jwks'
import { LRUCache } from 'lru-cache'
import { type Awaitable, withinTime } from './awaitable.ts'
import { type Configuration, type Issuer, maxIssuerLength, normalizeIssuer } from './configuration/index.ts'
import { AccessTokenError, copyOf } from './error.ts'

/** CLAIM-9 */
const maxResolved = 1_000
const refusalMs = 30_000
/** Accepted issuers are asked for again, so that one that is taken out of the application's list ends. */
const acceptanceMs = 300_000
const maxPending = 1_024
/** How long an answer of the resolver is waited for. */
const resolverTimeoutMs = 5_000
/** DOS-4: the most requests that wait for answers of the resolver. */
const maxWaiting = 1_024

type KeysListener = (issuer: string, event: JwksEvent) => void

/** Which issuers are accepted: those configured, and those that the application's resolver accepts. */
export class Issuers {
  #configured: ReadonlyMap<string, Issuer>
  #resolve: Configuration['resolveIssuer']
  #resolved = new LRUCache<string, Issuer>({
    max: maxResolved,
    ttl: acceptanceMs,
    dispose: (_, name) => this.#detach(name),
  })
  #refused = new LRUCache<string, true>({ max: maxResolved, ttl: refusalMs })
  #pending = new Map<string, Promise<Issuer>>()
  #waiting = 0
  /** For each listener, by issuer, what ends its subscription. */
  #listeners = new Map<KeysListener, Map<string, () => void>>()

  constructor({ issuers, resolveIssuer }: Configuration) {
    this.#configured = issuers
    this.#resolve = resolveIssuer
  }

  /** Those configured, and those resolved that are still kept. */
  get known(): Issuer[] {
    return [...this.#configured.values(), ...this.#resolved.values()]
  }

  /**
   * The issuer that a token claims to be from. The claim is not verified yet: it only selects (CLAIM-1, CLAIM-9).
   *
   * @throws AccessTokenError `claim_missing`, `claim_invalid`, `issuer_refused`, `keys_unavailable`,
   *   `verifier_overloaded`
   */
  select(iss: unknown): Awaitable<Issuer> {
    if (iss === undefined) throw new AccessTokenError('claim_missing', { reason: 'the claim iss is missing' })
    if (typeof iss !== 'string') throw new AccessTokenError('claim_invalid', { reason: 'the claim iss is no string' })
    const known = this.#configured.get(iss) ?? this.#resolved.get(iss)
    if (known !== undefined) return known
    if (this.#resolve === undefined || iss.length > maxIssuerLength || this.#refused.has(iss)) throw this.#refusal(iss)
    if (this.#waiting >= maxWaiting) throw new AccessTokenError('verifier_overloaded')
    return this.#waitFor(this.#pending.get(iss) ?? this.#ask(this.#resolve, iss))
  }

  /** Whether an issuer that was selected once would still be (JOSE-13). */
  isCurrent(issuer: Issuer): boolean {
    return (this.#configured.get(issuer.name) ?? this.#resolved.get(issuer.name)) === issuer
  }

  /** Listens to the key events of every issuer, also of those that are resolved later. */
  subscribe(listener: KeysListener): () => void {
    this.#listeners.set(listener, new Map())
    for (const issuer of this.known) this.#attach(listener, issuer)
    return () => {
      for (const end of this.#listeners.get(listener)?.values() ?? []) end()
      this.#listeners.delete(listener)
    }
  }

  #attach(listener: KeysListener, { name, keys }: Issuer): void {
    this.#listeners.get(listener)?.set(
      name,
      keys.subscribe((event) => listener(name, event)),
    )
  }

  #detach(name: string): void {
    for (const ends of this.#listeners.values()) {
      ends.get(name)?.()
      ends.delete(name)
    }
  }

  async #waitFor(asked: Promise<Issuer>): Promise<Issuer> {
    this.#waiting++
    try {
      return await asked
    } catch (error) {
      throw error instanceof AccessTokenError ? copyOf(error) : error
    } finally {
      this.#waiting--
    }
  }

  #ask(resolve: NonNullable<Configuration['resolveIssuer']>, iss: string): Promise<Issuer> {
    if (this.#pending.size >= maxPending) throw new AccessTokenError('verifier_overloaded')
    const asked = this.#askResolver(resolve, iss).finally(() => this.#pending.delete(iss))
    this.#pending.set(iss, asked)
    asked.catch(() => {})
    return asked
  }

  async #askResolver(resolve: NonNullable<Configuration['resolveIssuer']>, iss: string): Promise<Issuer> {
    const issuer = await accept(resolve, iss)
    if (issuer === undefined) {
      this.#refused.set(iss, true)
      throw this.#refusal(iss)
    }
    this.#resolved.set(iss, issuer)
    for (const listener of this.#listeners.keys()) this.#attach(listener, issuer)
    return issuer
  }

  #refusal(iss: string): AccessTokenError {
    const twin = [...this.#configured.keys()].find((name) => withoutSlash(name) === withoutSlash(iss))
    return new AccessTokenError('issuer_refused', {
      reason:
        twin === undefined
          ? 'iss is no configured issuer'
          : 'iss differs from a configured issuer by a trailing slash only',
      expected: twin ?? [...this.#configured.keys()].slice(0, 8).join(' '),
      received: iss,
    })
  }
}

/** @returns `undefined` when the resolver refuses */
async function accept(resolve: NonNullable<Configuration['resolveIssuer']>, iss: string): Promise<Issuer | undefined> {
  let issuer: Issuer
  try {
    const options = await withinTime(resolverTimeoutMs, async () => resolve(iss))
    // Databases say null for what they do not have.
    if (options === undefined || options === null) return undefined
    issuer = normalizeIssuer(options, 'resolveIssuer()')
  } catch (cause) {
    // A database that is down makes no token bad.
    throw new AccessTokenError('keys_unavailable', { reason: 'resolveIssuer failed', cause })
  }
  if (issuer.name === iss) return issuer
  throw new AccessTokenError('keys_unavailable', { reason: 'resolveIssuer gave options of another issuer' })
}

function withoutSlash(name: string): string {
  return name.endsWith('/') ? name.slice(0, -1) : name
}
