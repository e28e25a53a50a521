import { AccessTokenError, copyOf } from './error.ts'
import type { Verdict } from './verified-tokens.ts'

/** DOS-4: more wait for nothing, since their clients will have given up. */
const maxWaiting = 1_024

/** A verification that takes longer is not waited for by anybody else: what it waits for may never come. */
const maxAgeMs = 5_000

interface Verification {
  readonly verdict: Promise<Verdict>
  readonly startedAt: number
}

/** Verifications that wait for something, by token: requests that bring the same one wait with the first. */
export class SharedVerifications {
  #underWay = new Map<string, Verification>()
  #waiting = 0

  find(token: string): Promise<Verdict> | undefined {
    if (this.#underWay.size === 0) return undefined
    const found = this.#underWay.get(token)
    return found !== undefined && performance.now() - found.startedAt < maxAgeMs ? found.verdict : undefined
  }

  /** Lets others find it until it has ended; beyond the bound nobody does. */
  add(token: string, verdict: Promise<Verdict>): Promise<Verdict> {
    if (this.#underWay.size >= maxWaiting) return verdict
    const verification = { verdict, startedAt: performance.now() }
    this.#underWay.set(token, verification)
    const ended = () => {
      if (this.#underWay.get(token) === verification) this.#underWay.delete(token)
    }
    verdict.then(ended, ended)
    return verdict
  }

  /**
   * Waits for another request's verification.
   *
   * @throws AccessTokenError `verifier_overloaded`; what it was refused for, as an error of this request's own
   */
  async wait(verdict: Promise<Verdict>): Promise<Verdict> {
    if (this.#waiting >= maxWaiting) throw new AccessTokenError('verifier_overloaded')
    this.#waiting++
    try {
      return await verdict
    } catch (error) {
      throw error instanceof AccessTokenError ? copyOf(error) : error
    } finally {
      this.#waiting--
    }
  }
}
