import type { JWK } from 'jose'
import { dueAt, keepSeconds, maxRetiringKeys, type RingPolicy, usableFrom } from './policy.ts'
import type { RingState, StoredKey } from './ring-state.ts'

/** What decides over the keys of a ring at one moment. */
export interface Moment {
  /** Seconds since 1970. */
  readonly now: number
  readonly policy: RingPolicy
  /** Keys that were withdrawn: they leave at once, without a time of grace. */
  readonly withdrawn: ReadonlySet<string>
  /** `now`: rotates although it is not due. */
  readonly rotate: 'when-due' | 'now'
  /** `undefined` where none can be had at the moment: the rest is done without. */
  readonly makeKey: () => Promise<NewKey | undefined>
}

/** A key that nobody has seen yet. */
export interface NewKey {
  readonly kid: string
  readonly alg: string
  readonly jwk: JWK
}

/**
 * Brings a ring to what it has to be now, however long nobody has looked after it.
 *
 * The current key stays, also when it is overdue, until the next one has been published for long enough. Without a
 * current key, at the very first start or after an emergency, the next one or a new one is used at once: nothing else
 * could sign. A clock that was set back makes everything wait, and nothing happen too early.
 *
 * @returns the same object where nothing changes
 */
export async function catchUp(state: RingState, moment: Moment): Promise<RingState> {
  const { now, policy, withdrawn } = moment
  let keys = state.keys.filter(({ kid }) => !withdrawn.has(kid)).filter(({ keptUntil = Infinity }) => now < keptUntil)
  const before = (wanted: StoredKey['state']) => keys.find((key) => key.state === wanted)
  const replace = (key: StoredKey, by: StoredKey) => {
    keys = keys.map((other) => (other === key ? by : other))
  }

  const current = before('current')
  const next = before('next')
  if (current !== undefined && next !== undefined && isTimeToRotate(current, next, keys, moment)) {
    replace(current, retired(current, moment))
    replace(next, used(next, moment))
  }
  if (current === undefined) {
    const made = next === undefined ? await moment.makeKey() : undefined
    if (next !== undefined) replace(next, used(next, moment))
    if (made !== undefined) keys = [...keys, used(published(made, moment), moment)]
  }
  const made = before('next') === undefined && before('current') !== undefined ? await moment.makeKey() : undefined
  if (made !== undefined) keys = [...keys, published(made, moment)]
  const raised = keys.map((key) => forLifetime(key, policy.longestTokenLifetimeSeconds))
  const isSame = raised.length === state.keys.length && raised.every((key, index) => key === state.keys[index])
  return isSame ? state : { use: state.use, keys: raised }
}

function isTimeToRotate(current: StoredKey, next: StoredKey, keys: readonly StoredKey[], moment: Moment): boolean {
  const { now, policy, rotate } = moment
  if (now < usableFrom(next, policy)) return false
  if (keys.filter(({ state }) => state === 'retiring').length >= maxRetiringKeys) return false
  return rotate === 'now' || now >= dueAt(current, policy)
}

function published({ kid, alg, jwk }: NewKey, { now, policy }: Moment): StoredKey {
  const tokenLifetimeSeconds = policy.longestTokenLifetimeSeconds
  return { state: 'next', kid, alg, jwk, publishedAt: Math.ceil(now), tokenLifetimeSeconds }
}

function used(key: StoredKey, { now }: Moment): StoredKey {
  return { ...key, state: 'current', usedSince: Math.floor(now) }
}

/** What verified a token has to stay; what signed it is destroyed. */
function retired(key: StoredKey, { now, policy }: Moment): StoredKey {
  const jwk = policy.use === 'sig' ? publicHalf(key.jwk) : key.jwk
  const keptUntil = Math.ceil(now + keepSeconds(key.tokenLifetimeSeconds, policy))
  return { ...key, state: 'retiring', jwk, keptUntil }
}

/** ISSUER-4: what is not known to be public stays out. */
export function publicHalf({ kty, crv, x, y, n, e, pub, kid, alg, use }: JWK): JWK {
  const members = { kty, crv, x, y, n, e, pub, kid, alg, use }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JWK
}

/** Tokens live longer by configuration now: what a key signs from here on has to be reckoned with. */
function forLifetime(key: StoredKey, longest: number): StoredKey {
  if (key.state === 'retiring' || key.tokenLifetimeSeconds >= longest) return key
  return { ...key, tokenLifetimeSeconds: longest }
}
