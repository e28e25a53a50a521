import { monotonicMs } from './clock.ts'
import { KeySet } from './key-set.ts'
import type { KeyEntry, Lifetime } from './published-key.ts'

/** What a new set changed. */
export interface KeyChanges {
  readonly added: readonly KeyEntry[]
  readonly withdrawn: readonly KeyEntry[]
}

/** How old a set may be that is to be used: stale, but also fresh, whatever `maxStaleMs` says. */
export function maxAgeMs(freshForMs: number, maxStaleMs: number): number {
  return Math.max(freshForMs, maxStaleMs)
}

/** The set in use and its times. All times are of the monotonic clock. */
export class KeyRing {
  #maxStaleMs: number
  #set = new KeySet<KeyEntry>([])
  /** Shared by the keys of the set: they end by themselves when it is not confirmed in time. */
  #lifetime: Lifetime = { untilMs: 0 }
  /** Kept when the set is dropped: what is older stays out also then. */
  #confirmedAt = Number.NEGATIVE_INFINITY
  #freshUntil = 0

  constructor(maxStaleMs: number) {
    this.#maxStaleMs = maxStaleMs
  }

  get isUsable(): boolean {
    return monotonicMs() < this.#lifetime.untilMs
  }

  get isFresh(): boolean {
    return monotonicMs() < Math.min(this.#freshUntil, this.#lifetime.untilMs)
  }

  get set(): KeySet<KeyEntry> {
    return this.#set
  }

  /** Time since a set was confirmed last; infinite before the first. */
  get ageMs(): number {
    return monotonicMs() - this.#confirmedAt
  }

  /** How much longer the set is fresh. */
  get freshForMs(): number {
    return Math.max(0, this.#freshUntil - monotonicMs())
  }

  /** How long the set was to be fresh when it was confirmed. */
  get freshnessMs(): number {
    return this.#freshUntil - this.#confirmedAt
  }

  get usableForMs(): number {
    return Math.max(0, this.#lifetime.untilMs - monotonicMs())
  }

  /** Puts a good set in the place of the one in use. A key that is in both stays the same entry (KEYS-8). */
  adopt(entries: readonly KeyEntry[], ageMs: number, freshForMs: number): KeyChanges {
    this.expire()
    const before = new Map(this.#set.keys.map((entry) => [entry.identity, entry]))
    const keys = entries.map((entry) => before.get(entry.identity) ?? entry)
    const kept = new Set(keys)
    const withdrawn = this.#set.keys.filter((entry) => !kept.has(entry))
    for (const entry of withdrawn) entry.withdraw()
    for (const entry of keys) entry.liveFor(this.#lifetime)
    this.#set = new KeySet(keys)
    this.#setTimes(ageMs, freshForMs)
    return { added: keys.filter((entry) => before.get(entry.identity) !== entry), withdrawn }
  }

  /** @returns whether there is a set that can be confirmed */
  confirm(freshForMs: number): boolean {
    if (!this.isUsable) return false
    this.#setTimes(0, freshForMs)
    return true
  }

  /** Drops the set for good when it may not be used any more. */
  expire(): readonly KeyEntry[] {
    if (this.isUsable) return []
    const withdrawn = this.#set.keys
    for (const entry of withdrawn) entry.withdraw()
    this.#set = new KeySet<KeyEntry>([])
    this.#lifetime = { untilMs: 0 }
    return withdrawn
  }

  #setTimes(ageMs: number, freshForMs: number): void {
    this.#confirmedAt = monotonicMs() - ageMs
    this.#freshUntil = this.#confirmedAt + freshForMs
    this.#lifetime.untilMs = this.#confirmedAt + maxAgeMs(freshForMs, this.#maxStaleMs)
  }
}
