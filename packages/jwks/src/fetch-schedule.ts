import { monotonicMs } from './clock.ts'
import { earliestRefresh, latestRefresh } from './freshness.ts'
import type { Configuration } from './options.ts'

const firstSpacingMs = 1_000
const quietMs = 60_000

/** When to fetch next. It only reckons: it starts no timer and no fetch. */
export class FetchSchedule {
  #bounds: Pick<Configuration, 'maxCooldownMs' | 'maxRetryDelayMs' | 'maxRefreshMs'>
  #startedAt = Number.NEGATIVE_INFINITY
  #wasDemanded = false
  /** When the next fetch is due that nobody demands. */
  #refreshAt = 0
  /** Until when the spacing puts off a fetch that somebody demands. */
  #spacedUntil = 0
  /** Until when the endpoint itself wants no fetch. */
  #retryAfter = 0
  #spacingMs = firstSpacingMs
  #demanded = false
  #demandedAt = Number.NEGATIVE_INFINITY
  #failures = 0

  constructor(bounds: Pick<Configuration, 'maxCooldownMs' | 'maxRetryDelayMs' | 'maxRefreshMs'>) {
    this.#bounds = bounds
  }

  /** How many fetches have failed one after another. */
  get failures(): number {
    return this.#failures
  }

  get isDemanded(): boolean {
    return this.#demanded
  }

  get dueAt(): number {
    return this.#demanded ? Math.min(this.#allowedAt, this.#refreshAt) : this.#refreshAt
  }

  get dueInMs(): number {
    return Math.max(0, this.dueAt - monotonicMs())
  }

  /** Time until a demanded fetch may start; 0 when it may start now. */
  get cooldownMs(): number {
    return Math.max(0, this.#allowedAt - monotonicMs())
  }

  /** Somebody looks for a key that the set does not have, or doubts the set: fetch as soon as the spacing allows. */
  demand(): void {
    const now = monotonicMs()
    if (now - this.#demandedAt >= quietMs) {
      this.#spacingMs = firstSpacingMs
      this.#spacedUntil = Math.min(this.#spacedUntil, this.#startedAt + firstSpacingMs)
    }
    this.#demandedAt = now
    this.#demanded = true
  }

  started(): void {
    this.#startedAt = monotonicMs()
    this.#wasDemanded = this.#demanded
    this.#demanded = false
  }

  succeeded(freshForMs: number, broughtNewKey: boolean): void {
    this.#failures = 0
    this.#space(broughtNewKey)
    this.refreshWithin(freshForMs)
  }

  /** Plans the next refresh ahead of the end of the freshness, so that no request meets a set that is not fresh. */
  refreshWithin(freshForMs: number): void {
    // Where both bounds are the same there is no room ahead of them.
    const refreshInMs = Math.min(freshForMs * between(earliestRefresh, latestRefresh), this.#bounds.maxRefreshMs)
    this.#refreshAt = monotonicMs() + refreshInMs
  }

  failed(retryAfterMs: number): void {
    this.#failures++
    this.#space(false)
    // Wide jitter: after an outage of the authorization server a whole fleet would come back at once.
    const backoffMs = Math.min(firstSpacingMs * 2 ** Math.min(this.#failures - 1, 30), this.#bounds.maxRetryDelayMs)
    this.#retryAfter = monotonicMs() + retryAfterMs
    this.#refreshAt = Math.max(monotonicMs() + backoffMs * between(0.5, 1), this.#retryAfter)
  }

  /** When the next fetch may start that somebody demands. */
  get #allowedAt(): number {
    return Math.max(this.#spacedUntil, this.#retryAfter)
  }

  /**
   * The spacing starts at 1 s and doubles while fetches bring nothing new. Its jitter only shortens it, so that
   * `maxCooldownMs` is a promise: four fetches a minute in an endless flood, and a new key found within 15 s.
   */
  #space(broughtNewKey: boolean): void {
    if (broughtNewKey) this.#spacingMs = firstSpacingMs
    const jitter = between(0.85, 0.95)
    this.#spacedUntil = Math.max(
      this.#spacedUntil,
      this.#startedAt + this.#spacingMs * jitter,
      // A slow endpoint gets a pause too.
      monotonicMs() + Math.min(this.#spacingMs, firstSpacingMs) * jitter * 0.5,
    )
    if (this.#wasDemanded && !broughtNewKey) this.#spacingMs = Math.min(this.#spacingMs * 2, this.#bounds.maxCooldownMs)
  }
}

function between(least: number, most: number): number {
  return least + Math.random() * (most - least)
}
