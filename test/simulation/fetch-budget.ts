import type { Violations } from './laws.ts'

const minuteMs = 60_000
/** The quiet minute that ends the spacing, less a fetch that was under way at its beginning. */
const quietMs = minuteMs - 5_000
/** `maxCooldownMs`: a demanded fetch may be put off for so long. */
const longestSpacingMs = 15_000
/** The pause after the first failure, at its shortest. */
const shortestPauseMs = 500
/** In an endless flood. */
const fetchesAMinute = 5
/** The spacing starts again from 1 s: so many fetches more until it is 15 s once more. */
const fetchesAReset = 4
/** How long these may take where unknown key ids come seldom, though more than once a minute. */
const resetMs = fetchesAReset * minuteMs

interface Fetch {
  readonly at: number
  readonly demandedAt: number
  /** The server had asked for a pause. */
  readonly isPaused: boolean
  result: 'open' | 'good' | 'failed'
}

/** Counts fetches, and the reasons for which there may be more of them. */
export class FetchBudget {
  #fetches: Fetch[] = []
  #demandedAt = Number.NEGATIVE_INFINITY
  /** When the spacing may have started again. */
  #resets: number[] = []

  get total(): number {
    return this.#fetches.length
  }

  /** Somebody asks for a key that is not in the set. */
  demanded(at: number): void {
    if (at - this.#demandedAt >= quietMs) this.#resets.push(at)
    this.#demandedAt = at
  }

  broughtNewKey(at: number): void {
    this.#resets.push(at)
  }

  /** A connection is asked for: a fetch begins, unless one is under way. */
  connected(at: number, isPaused: boolean): void {
    const before = this.#fetches.at(-1)
    if (before?.result === 'open') return
    // The server has asked for a pause, or nobody has asked for anything.
    if (before !== undefined && at - before.at > minuteMs) this.#resets.push(at)
    this.#fetches.push({ at, demandedAt: this.#demandedAt, result: 'open', isPaused })
  }

  /** @returns when it began */
  ended(at: number, result: 'good' | 'failed'): number {
    const fetch = this.#fetches.at(-1)!
    // Failures are retried soon, then later and later.
    if (result === 'failed' && this.#fetches.at(-2)?.result === 'good') this.#resets.push(at)
    fetch.result = result
    return fetch.at
  }

  check(violations: Violations): void {
    const violate = (what: string) => violations.add('fetches are within the budget', what)
    for (const [index, { at, demandedAt, isPaused }] of this.#fetches.entries()) {
      if (isPaused) violate(`fetched at ${at} ms, before the time that Retry-After had named`)
      const count = this.#countUntil(index)
      const resets = this.#resets.filter((reset) => reset > at - minuteMs - resetMs && reset <= at).length
      if (count > fetchesAMinute + fetchesAReset * resets) {
        violate(`${count} fetches in the minute before ${at} ms, with ${resets} reasons for more`)
      }
      const before = this.#fetches[index - 1]
      if (before === undefined) continue
      const pauseMs = at - before.at
      if (pauseMs < shortestPauseMs) violate(`only ${pauseMs} ms between two fetches at ${at} ms`)
      const isRefresh = before.result === 'good' && demandedAt < before.at - longestSpacingMs
      if (isRefresh && pauseMs < minuteMs) violate(`refreshed without need at ${at} ms`)
    }
  }

  /** Within the minute that ends with this fetch. */
  #countUntil(last: number): number {
    let first = last
    while (first > 0 && this.#fetches[first - 1]!.at > this.#fetches[last]!.at - minuteMs) first--
    return last - first + 1
  }
}
