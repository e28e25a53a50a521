import { AccessTokenError } from '../error.ts'

/** Where signatures are verified: where it costs least, or always at one place. */
export type VerifyOn = 'auto' | 'main-thread' | 'thread-pool'

/** DOS-4: more wait for nothing, since their clients will have given up. */
const maxInFlight = 1_024

/** How many verifications in one turn of the event loop stay on the main thread: at first, and at the most. */
const least = 2
const most = 1_024

/**
 * The load of verifications, and so which thread suits the next one: on the thread pool it costs the main thread a
 * fifth, but takes longer.
 *
 * A verification on the main thread never leaves a second one in flight, so those in flight say nothing about the load.
 * What does is how many come in one turn of the event loop. One caller that awaits one token after another makes many
 * in a turn too; it shows when the pool is tried: nobody else comes meanwhile. The pool is then tried half as often, as
 * long as every turn ends like that.
 */
export class VerificationLoad {
  #inFlight = 0
  #inThisTurn = 0
  #isTurnWatched = false
  #patience = least
  /** Whether another verification came while the pool was tried. */
  #hadCompany = false

  /** @param isSlow whether the verification would hold everybody up, however few there are */
  isPoolBetter(isSlow: boolean): boolean {
    if (this.#inFlight > 0) {
      this.#hadCompany = true
      return true
    }
    if (isSlow) return true
    this.#watchTurn()
    return ++this.#inThisTurn > this.#patience
  }

  /** @throws AccessTokenError `verifier_overloaded` */
  async runOnPool<T>(verification: () => Promise<T>): Promise<T> {
    if (this.#inFlight >= maxInFlight) throw new AccessTokenError('verifier_overloaded')
    const isTrial = this.#inFlight++ === 0
    if (isTrial) this.#hadCompany = false
    try {
      return await verification()
    } finally {
      this.#inFlight--
      if (isTrial) this.#patience = this.#hadCompany ? least : Math.min(this.#patience * 2, most)
      this.#watchTurn()
    }
  }

  #watchTurn(): void {
    if (this.#isTurnWatched) return
    this.#isTurnWatched = true
    setImmediate(() => {
      this.#isTurnWatched = false
      this.#inThisTurn = 0
      if (this.#inFlight === 0) this.#patience = least
    })
  }
}

/** There is one main thread and one pool, whatever the number of verifiers. */
export const verificationLoad = new VerificationLoad()
