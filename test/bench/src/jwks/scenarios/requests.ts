import type { KeyName } from '../authority/issuer.ts'
import type { Stage } from '../child/stage.ts'

/** Valid requests, and how many of them were not accepted. */
export interface ValidRequests {
  readonly total: number
  readonly failed: number
}

/** One request, by the clock of its process. */
export interface Answer {
  readonly askedAt: number
  readonly answeredAt: number
  readonly accepted: boolean
}

/** Requests with tokens of one key, at a steady pace, none waiting for another, until it is stopped. */
export class RequestStream {
  readonly answers: Answer[] = []
  #stage: Stage
  #key: KeyName
  #everyMs: number
  #isStopped = false
  #pending = new Set<Promise<void>>()
  #loop: Promise<void>

  constructor(stage: Stage, key: KeyName, everyMs: number) {
    this.#stage = stage
    this.#key = key
    this.#everyMs = everyMs
    this.#loop = this.#run()
  }

  get requests(): ValidRequests {
    return countRequests(this.answers)
  }

  get firstAccepted(): Answer | undefined {
    return this.answers
      .filter(({ accepted }) => accepted)
      .reduce<Answer | undefined>(
        (first, answer) => (first !== undefined && first.answeredAt <= answer.answeredAt ? first : answer),
        undefined,
      )
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#loop
    await Promise.all(this.#pending)
  }

  async #run(): Promise<void> {
    const begin = this.#stage.nowMs
    for (let count = 0; !this.#isStopped; count++) {
      const request = this.#ask(count).finally(() => this.#pending.delete(request))
      this.#pending.add(request)
      // What came too late is left out, not made up for.
      const next = begin + (Math.floor((this.#stage.nowMs - begin) / this.#everyMs) + 1) * this.#everyMs
      await this.#stage.sleepUntil(next)
    }
  }

  async #ask(count: number): Promise<void> {
    const askedAt = this.#stage.nowMs
    const accepted = await this.#stage.accepts(this.#stage.token(this.#key, count))
    this.answers.push({ askedAt, answeredAt: this.#stage.nowMs, accepted })
  }
}

export function countRequests(answers: readonly Answer[]): ValidRequests {
  return { total: answers.length, failed: answers.filter(({ accepted }) => !accepted).length }
}
