import type { KeyRingUse, RingState, StoredKey } from './ring-state.ts'

/** How a ring lives, in seconds: options of createKeyRing, checked. */
export interface RingPolicy {
  readonly use: KeyRingUse
  readonly algorithm: string
  readonly rotateEverySeconds: number
  readonly publishAheadSeconds: number
  readonly longestTokenLifetimeSeconds: number
  readonly clockToleranceSeconds: number
  readonly maxStaleSeconds: number
}

/**
 * So long after the moment that a change is dated other processes are reckoned to go by what was before: 30 seconds are
 * waited for the change to be stored, every process looks once a second, and waits for the answer for a second.
 *
 * It is no bound for everybody. A storage that is given up after 30 seconds may still store what it was given, and a
 * process whose own storage fails looks every five seconds, and knows of nothing until it answers.
 */
export const lagSeconds = 35

/** More of them are not kept: the current key stays until one of them is gone. An API takes no set of over 100 keys. */
export const maxRetiringKeys = 32

/** When the next key has been published for long enough to be used. */
export function usableFrom(next: StoredKey, { publishAheadSeconds }: RingPolicy): number {
  return next.publishedAt + publishAheadSeconds + lagSeconds
}

/** When the current key is due to be replaced, the next one permitting. */
export function dueAt(current: StoredKey, { rotateEverySeconds }: RingPolicy): number {
  return (current.usedSince ?? 0) + rotateEverySeconds
}

/** For how long a key is kept that is used no more. */
export function keepSeconds(tokenLifetimeSeconds: number, policy: RingPolicy): number {
  const { use, publishAheadSeconds, clockToleranceSeconds } = policy
  // Issuers go on encrypting for a key as long as they cache it.
  const cached = use === 'enc' ? publishAheadSeconds : 0
  return lagSeconds + cached + tokenLifetimeSeconds + clockToleranceSeconds
}

/** When the ring changes next by itself; in the past where the change is overdue. */
export function nextChangeAt({ keys }: RingState, policy: RingPolicy): number {
  const current = keys.find(({ state }) => state === 'current')
  const next = keys.find(({ state }) => state === 'next')
  const kept = keys.map(({ keptUntil = Infinity }) => keptUntil)
  if (current === undefined || next === undefined) return 0
  const rotation = Math.max(dueAt(current, policy), usableFrom(next, policy))
  const isFull = kept.filter(Number.isFinite).length >= maxRetiringKeys
  return Math.min(isFull ? Infinity : rotation, ...kept)
}
