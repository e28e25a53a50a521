import type { Stage } from '../child/stage.ts'
import { type BurstResult, playBurst } from './burst.ts'
import { type FloodResult, playFlood } from './flood.ts'
import { type HerdResult, playHerd } from './herd.ts'
import { type OutageResult, playOutage } from './outage.ts'
import { playRotation, type RotationResult } from './rotation.ts'

export type { BurstResult, FloodResult, HerdResult, OutageResult, RotationResult }

/** What each scenario finds. */
export interface ScenarioResults {
  readonly herd: HerdResult
  readonly burst: BurstResult
  readonly flood: FloodResult
  readonly rotation: RotationResult
  readonly outage: OutageResult
}

export type ScenarioName = keyof ScenarioResults

export type ScenarioResult = ScenarioResults[ScenarioName]

interface Scenario<Result> {
  /** How many times faster the clocks of the contender's process go. */
  readonly speed: number
  readonly play: (stage: Stage) => Promise<Result>
}

export const scenarios: { readonly [Name in ScenarioName]: Scenario<ScenarioResults[Name]> } = {
  herd: { speed: 1, play: playHerd },
  burst: { speed: 1, play: playBurst },
  flood: { speed: 1, play: playFlood },
  rotation: { speed: 60, play: playRotation },
  outage: { speed: 30, play: playOutage },
}

export const scenarioNames = Object.keys(scenarios) as ScenarioName[]
