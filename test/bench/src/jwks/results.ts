import type { ContenderName } from './contenders/index.ts'
import type { FloodMemory, LookUpCost } from './costs/index.ts'
import type { ScenarioName, ScenarioResults } from './scenarios/index.ts'

/** What one contender did; a scenario is absent where it was not asked for. */
export interface ContenderReport {
  readonly name: ContenderName
  readonly title: string
  readonly role: 'sallyport' | 'peer'
  /** Of the peer's package. */
  readonly version: string | undefined
  /** How it was set up, where that is not the default. */
  readonly setup: string | undefined
  readonly results: Partial<ScenarioResults>
  /** Scenarios that could not be played to their end. */
  readonly faults: Partial<Record<ScenarioName, string>>
}

/** A figure that has to be reached. */
export interface TargetReport {
  readonly scenario: ScenarioName
  readonly name: string
  readonly target: string
  /** What each contender has, and whether that is enough. */
  readonly verdicts: readonly { readonly contender: ContenderName; readonly measured: string; readonly met: boolean }[]
}

/** A figure that Sallyport's own code has to reach. */
export interface CostReport {
  readonly name: string
  readonly target: string
  readonly measured: string
  readonly met: boolean
}

/** Everything that a run found. */
export interface JwksBenchReport {
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number }
  readonly startedAt: string
  readonly durationSeconds: number
  readonly contenders: readonly ContenderReport[]
  readonly targets: readonly TargetReport[]
  readonly lookUp: LookUpCost | undefined
  readonly memory: FloodMemory | undefined
  readonly costs: readonly CostReport[]
}
