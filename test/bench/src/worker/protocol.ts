import type { Situation, TokenSet, WrongToken } from '../situation.ts'
import type { EntrantName } from './entrants.ts'

/** Sets a contender up, and checks it. */
export interface PrepareRequest {
  readonly type: 'prepare'
  readonly contender: EntrantName
  readonly situation: Situation
  readonly good: TokenSet
  readonly wrong: readonly WrongToken[]
}

/** What the parent asks of a contender's process. */
export type WorkerRequest =
  | PrepareRequest
  | {
      readonly type: 'round'
      /** How many tokens are on their way at once; 1 is one after another. */
      readonly inFlight: number
      /** Tokens are taken until so much time was spent on them. */
      readonly milliseconds: number
    }

/** What it answers. */
export type WorkerAnswer =
  | { readonly type: 'prepared'; readonly supported: boolean; readonly faults: readonly string[] }
  | ({ readonly type: 'round' } & RoundResult)
  | { readonly type: 'failed'; readonly message: string }

/** One turn of one contender. */
export interface RoundResult {
  readonly tokens: number
  /** Time by the clock, from before the first token to after the last. */
  readonly wallMs: number
  /** Time on the processors, those of other threads of the process included: what others do to the machine is not in it. */
  readonly cpuMs: number
  /** How much of the wall time the event loop was busy. */
  readonly busyMs: number
}
