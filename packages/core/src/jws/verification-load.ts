import { AccessTokenError } from '../error.ts'

/** Where signatures are verified: where it costs least, or always at one place. */
export type VerifyOn = 'auto' | 'main-thread' | 'thread-pool'

/** DOS-4: more wait for nothing, since their clients will have given up. */
const maxInFlight = 1_024

/** How many verifications that came by themselves in one turn of the event loop stay on the main thread. */
const mostApart = 2

/** How many in one turn stay there at all: then others have to get their turn. */
const mostInOneTurn = 1_024

/** A microtask of it costs a fifth of what one of `queueMicrotask` does. */
const settled = Promise.resolve()

/**
 * The load of verifications, and so which thread suits the next one: on the thread pool it costs the main thread less,
 * but takes longer.
 *
 * A verification on the main thread never leaves a second one in flight, so those in flight say nothing about the load.
 * What does is how many come in one turn of the event loop, less those of a caller that awaits one token after another,
 * whom the pool would only delay. Such a one runs on where the last verification left it: microtasks have run since
 * then, and the loop has not come to another callback.
 */
export class VerificationLoad {
  #inFlight = 0
  #inThisTurn = 0
  #apartInThisTurn = 0
  #isTurnWatched = false
  /** Whether the callback of the loop that verified last is still running, with its microtasks. */
  #isSameCallback = false
  /** Whether not even a microtask has run since the last verification. */
  #isSameTask = false

  /** @param isSlow whether the verification would hold everybody up, however few there are */
  isPoolBetter(isSlow: boolean): boolean {
    if (this.#inFlight > 0 || isSlow) return true
    const awaitedTheLast = this.#isSameCallback && !this.#isSameTask
    this.#watch()
    if (!awaitedTheLast) this.#apartInThisTurn++
    return ++this.#inThisTurn > mostInOneTurn || this.#apartInThisTurn > mostApart
  }

  /** @throws AccessTokenError `verifier_overloaded` */
  async runOnPool<T>(verification: () => Promise<T>): Promise<T> {
    if (this.#inFlight >= maxInFlight) throw new AccessTokenError('verifier_overloaded')
    this.#inFlight++
    try {
      return await verification()
    } finally {
      this.#inFlight--
    }
  }

  #watch(): void {
    if (!this.#isTurnWatched) {
      this.#isTurnWatched = true
      setImmediate(this.#endTurn)
    }
    if (!this.#isSameCallback) {
      this.#isSameCallback = true
      process.nextTick(this.#endCallback)
    }
    if (!this.#isSameTask) {
      this.#isSameTask = true
      void settled.then(this.#endTask)
    }
  }

  #endTurn = () => {
    this.#isTurnWatched = false
    this.#inThisTurn = 0
    this.#apartInThisTurn = 0
  }

  #endCallback = () => {
    this.#isSameCallback = false
  }

  #endTask = () => {
    this.#isSameTask = false
  }
}

/** There is one main thread and one pool, whatever the number of verifiers. */
export const verificationLoad = new VerificationLoad()
