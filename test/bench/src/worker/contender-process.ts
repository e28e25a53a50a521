import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Situation, TokenSet, WrongToken } from '../situation.ts'
import { ask } from './ask.ts'
import type { EntrantName } from './entrants.ts'
import type { RoundResult, WorkerAnswer, WorkerRequest } from './protocol.ts'

/** What became of a contender before its first round. */
export interface Preparation {
  readonly supported: boolean
  readonly faults: readonly string[]
}

/** A contender in a process of its own, asked for one turn after the other. */
export class ContenderProcess {
  readonly name: EntrantName
  #child: ChildProcess

  constructor(name: EntrantName) {
    this.name = name
    this.#child = fork(fileURLToPath(new URL('./worker.js', import.meta.url)), { serialization: 'advanced' })
  }

  async prepare(situation: Situation, good: TokenSet, wrong: readonly WrongToken[]): Promise<Preparation> {
    const answer = await this.#ask({ type: 'prepare', contender: this.name, situation, good, wrong })
    if (answer.type !== 'prepared') throw new Error(`${this.name}: ${answer.type} instead of prepared`)
    return answer
  }

  async round(inFlight: number, milliseconds: number): Promise<RoundResult> {
    const answer = await this.#ask({ type: 'round', inFlight, milliseconds })
    if (answer.type !== 'round') throw new Error(`${this.name}: ${answer.type} instead of round`)
    return answer
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  async #ask(request: WorkerRequest): Promise<WorkerAnswer> {
    const answer = await ask<WorkerAnswer>(this.#child, request)
    if (answer.type === 'failed') throw new Error(`${this.name}: ${answer.message}`)
    return answer
  }
}
