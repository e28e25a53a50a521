import { monotonicMs } from './clock.ts'
import type { WantedKey } from './key-source.ts'
import type { PublishedKey } from './published-key.ts'

/** A request that waits for the next fetch. */
export interface Waiter {
  /** `undefined`: any set will do. */
  readonly wanted: WantedKey | undefined
  /** The number of the first fetch whose answer is later than its arrival. */
  readonly answeredBy: number
  readonly arrivedAt: number
  /** How long it may wait (monotonic clock). */
  readonly untilMs: number
}

interface Waiting extends Waiter {
  readonly resolve: (keys: readonly PublishedKey[]) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

/** What becomes of a waiter: its keys, the error it gets, or `undefined` while it goes on waiting. */
export type Verdict = readonly PublishedKey[] | Error | undefined

/** The requests that wait. Each is answered exactly once. */
export class Waiters {
  #waiting = new Set<Waiting>()

  get size(): number {
    return this.#waiting.size
  }

  /** @param onTimeout what the waiter gets when its time is over */
  add(
    waiter: Waiter,
    onTimeout: (waiter: Waiter) => readonly PublishedKey[] | Error,
  ): Promise<readonly PublishedKey[]> {
    return new Promise((resolve, reject) => {
      // This timer holds the process, unlike all others: somebody awaits the answer, for some seconds at most.
      const timer = setTimeout(() => this.#answer(waiting, onTimeout(waiter)), waiter.untilMs - monotonicMs())
      const waiting: Waiting = { ...waiter, resolve, reject, timer }
      this.#waiting.add(waiting)
    })
  }

  /** Asks for a verdict on each. */
  decide(verdictOn: (waiter: Waiter) => Verdict): void {
    for (const waiting of this.#waiting) this.#answer(waiting, verdictOn(waiting))
  }

  #answer(waiting: Waiting, verdict: Verdict): void {
    if (verdict === undefined || !this.#waiting.delete(waiting)) return
    clearTimeout(waiting.timer)
    if (verdict instanceof Error) waiting.reject(verdict)
    else waiting.resolve(verdict)
  }
}
