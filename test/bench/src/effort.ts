import type { BenchArguments } from './arguments.ts'

/** How much is measured. Times in milliseconds. */
export interface Effort {
  /** Rounds of each case of tokens; in each round every contender has its turn. */
  readonly rounds: number
  readonly roundMs: number
  /** Before the first round, so that the code is compiled. */
  readonly warmUpMs: number
  /** Distinct tokens made for a case. */
  readonly tokens: number
  readonly httpRounds: number
  readonly httpWarmUpMs: number
  readonly httpRoundMs: number
  /** Tokens of each kind in the memory section. */
  readonly memoryTokens: number
  /** How long the profiler looks at each case. */
  readonly profileMs: number
  /** Whether the less common algorithms are measured too. */
  readonly width: 'targets' | 'all'
}

const efforts: Readonly<Record<BenchArguments['effort'], Effort>> = {
  default: {
    rounds: 41,
    roundMs: 7,
    warmUpMs: 200,
    tokens: 1_500,
    httpRounds: 12,
    httpWarmUpMs: 600,
    httpRoundMs: 120,
    memoryTokens: 100_000,
    profileMs: 2_000,
    width: 'targets',
  },
  full: {
    rounds: 151,
    roundMs: 10,
    warmUpMs: 600,
    tokens: 3_000,
    httpRounds: 41,
    httpWarmUpMs: 2_000,
    httpRoundMs: 250,
    memoryTokens: 1_000_000,
    profileMs: 6_000,
    width: 'all',
  },
}

export function effortOf({ effort }: BenchArguments): Effort {
  return efforts[effort]
}
