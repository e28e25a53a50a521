/**
 * The load of RSA signatures, and so which thread suits the next one: the thread pool takes a fifth longer, the main thread
 * holds everybody up for half a millisecond. So the first of each turn of the event loop is made at once, where no other
 * is under way, and all others on the pool.
 */
export class SigningLoad {
  #underWay = 0
  #isTurnTaken = false

  isPoolBetter(): boolean {
    if (this.#underWay > 0 || this.#isTurnTaken) return true
    this.#isTurnTaken = true
    setImmediate(() => {
      this.#isTurnTaken = false
    })
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
