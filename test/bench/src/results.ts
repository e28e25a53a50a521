import type { SectionName } from './arguments.ts'
import type { Role } from './contenders/index.ts'
import type { Summary } from './statistics.ts'

/** What one contender did in one case. */
export type ContenderResult = {
  readonly name: string
  readonly role: Role
  /** Of the peer's package. */
  readonly version: string | undefined
} & (
  | { readonly status: 'unsupported' }
  /** It failed the check, and was not timed. */
  | { readonly status: 'failed'; readonly faults: readonly string[] }
  | ({ readonly status: 'measured' } & Figures)
)

export type MeasuredResult = Extract<ContenderResult, { readonly status: 'measured' }>

interface Figures {
  /** In the unit of the case. */
  readonly value: Summary
  /** To the reference of the case, pair by pair of each round. */
  readonly ratio: Summary
  readonly atBest: BestFigures
  /** How long the main thread was busy for each token, as a ratio to the reference's time; where that is measured. */
  readonly busyRatio?: Summary | undefined
}

/** The figures of undisturbed rounds: a tenth were better. */
export interface BestFigures {
  /** By the time on the processors, all threads of the process together; in the unit of the case. */
  readonly value: number
  /** Of that, to the reference's. */
  readonly ratio: number
  /** By the clock. */
  readonly timeRatio: number
}

/** Contenders measured against each other. */
export interface CaseResult {
  readonly section: SectionName
  /** Unique in its section. */
  readonly name: string
  /** What was done, in a sentence. */
  readonly description: string
  readonly unit: 'µs/token' | 'requests/s'
  /** What the ratios are to. */
  readonly reference: string
  /**
   * How much of its own time the reference was on a processor: near 1, unless the machine had other things to do. Then
   * medians say little, and undisturbed rounds more.
   */
  readonly processorShare: number
  readonly contenders: readonly ContenderResult[]
}

/** Bytes that stay, of one kind of token. */
export interface MemoryResult {
  readonly name: string
  readonly tokens: number
  readonly tokenBytes: number
  readonly boundBytes: number
  /** Growth over the heap before the first token, each after a full collection, along the way. */
  readonly growthBytes: readonly number[]
}

/** Where the time of a request goes. */
export interface ProfileResult {
  readonly name: string
  readonly microseconds: number
  /** Shares sum up to 1. */
  readonly stages: readonly { readonly stage: string; readonly share: number }[]
}

/** A figure that has to be reached. */
export interface TargetResult {
  readonly section: SectionName
  readonly case: string
  readonly contender: string
  readonly what: string
  readonly target: string
  /** `undefined` where it could not be measured. */
  readonly measured: number | undefined
  readonly unit: string
  readonly met: boolean | undefined
  /** The medians; or the undisturbed rounds, where the machine had other things to do. */
  readonly basis: 'median' | 'at best'
  readonly bestPeer: { readonly name: string; readonly value: number } | undefined
}

/** Everything that a run found. */
export interface BenchReport {
  readonly machine: { readonly node: string; readonly openssl: string; readonly cpu: string; readonly cores: number }
  readonly effort: 'default' | 'full'
  readonly startedAt: string
  readonly durationSeconds: number
  readonly cases: readonly CaseResult[]
  readonly memory: readonly MemoryResult[]
  readonly profiles: readonly ProfileResult[]
  readonly targets: readonly TargetResult[]
}
