import type { KeptToken } from './corpus.ts'
import type { Minimal } from './minimise.ts'

/** What one worker is to do. */
export interface Task {
  readonly seed: number
  readonly index: number
  /** How many tokens, if not until it is told to stop. */
  readonly tokens: number | undefined
}

/** What a worker tells: how far it is, and what it found meanwhile. */
export interface Report {
  readonly index: number
  readonly tokens: number
  readonly verdicts: Readonly<Record<string, number>>
  readonly strictness: Readonly<Record<string, number>>
  readonly disagreements: number
  readonly found: readonly Minimal[]
  readonly kept: readonly KeptToken[]
  readonly isDone: boolean
}
