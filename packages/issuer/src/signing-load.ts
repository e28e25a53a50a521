/** How many signatures of one turn of the event loop are made at once: they hold everybody up for a millisecond or two. */
const mostInOneTurn = 4

/**
 * The load of RSA signatures, and so which thread suits the next one: the thread pool takes a fifth longer, the main thread
 * holds everybody up for up to half a millisecond. So the first few of each turn of the event loop are made at once, where
 * none is under way, and all others on the pool.
 */
export class SigningLoad {
  #underWay = 0
  #inThisTurn = 0

  isPoolBetter(): boolean {
    if (this.#underWay > 0 || this.#inThisTurn >= mostInOneTurn) return true
    if (this.#inThisTurn++ === 0) {
      setImmediate(() => {
        this.#inThisTurn = 0
      })
    }
    return false
  }

  async runOnPool<T>(signature: () => Promise<T>): Promise<T> {
    this.#underWay++
    try {
      return await signature()
    } finally {
      this.#underWay--
    }
  }
}

/** There is one main thread and one pool, whatever the number of keys. */
export const signingLoad = new SigningLoad()
