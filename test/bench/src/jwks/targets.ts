import { median } from '../statistics.ts'
import type { FloodMemory, LookUpCost } from './costs/index.ts'
import { acceptance, failures } from './report/figures.ts'
import type { ContenderReport, CostReport, TargetReport } from './results.ts'
import type { ScenarioName, ScenarioResults } from './scenarios/index.ts'
import type { RotatedKey } from './scenarios/rotated-key.ts'

interface Target<Name extends ScenarioName> {
  readonly scenario: Name
  readonly name: string
  readonly target: string
  readonly measure: (result: ScenarioResults[Name]) => { readonly measured: string; readonly met: boolean }
}

const define = <Name extends ScenarioName>(target: Target<Name>): Target<Name> => target

/** What is promised of the fetcher. */
const targets = [
  define({
    scenario: 'herd',
    name: 'cold herd of 1,000: fetches',
    target: '1, and nothing fails',
    measure: ({ fetches, failed }) => ({
      measured: failed === 0 ? `${fetches}` : `${fetches}, ${failed} failed`,
      met: fetches === 1 && failed === 0,
    }),
  }),
  define({
    scenario: 'burst',
    name: 'burst of 1,000 unknown ids: fetches in 5 s',
    target: 'at most 3',
    measure: ({ fetchesIn5s }) => ({ measured: `${fetchesIn5s}`, met: fetchesIn5s <= 3 }),
  }),
  define({
    scenario: 'burst',
    name: 'key rotated right after it: accepted',
    target: 'within 3 s, no request refused',
    measure: ({ rotated }) => ({
      measured: acceptance(rotated),
      met: isWithin(rotated, 3_000) && rotated.firstRequest.accepted && rotated.requests.failed === 0,
    }),
  }),
  define({
    scenario: 'flood',
    name: 'endless flood: fetches a minute',
    target: 'at most 5',
    measure: ({ fetchesAMinute }) => ({ measured: `${fetchesAMinute}`, met: fetchesAMinute <= 5 }),
  }),
  define({
    scenario: 'flood',
    name: 'key rotated in it, just after a fetch: accepted',
    target: 'within 15 s',
    measure: ({ rotated }) => ({ measured: acceptance(rotated), met: isWithin(rotated, 15_000) }),
  }),
  define({
    scenario: 'rotation',
    name: 'announced rotation: requests that fail',
    target: '0',
    measure: ({ announced }) => ({ measured: failures(announced), met: announced.failed === 0 }),
  }),
  define({
    scenario: 'rotation',
    name: 'withdrawn key: accepted after the next refresh',
    target: '0',
    measure: ({ withdrawn: { acceptedAfterRefresh, refusedAfterMs, refreshed } }) => ({
      measured: refreshed ? `${acceptedAfterRefresh}` : 'no refresh',
      met: refreshed && acceptedAfterRefresh === 0 && refusedAfterMs !== undefined,
    }),
  }),
  define({
    scenario: 'outage',
    name: 'outage of an hour: requests that fail',
    target: '0',
    measure: ({ requests }) => ({ measured: failures(requests), met: requests.failed === 0 }),
  }),
]

/** Each target that was measured, with the verdict on each contender. */
export function judge(contenders: readonly ContenderReport[]): TargetReport[] {
  return targets
    .map((target) => ({ ...nameOf(target), verdicts: contenders.flatMap((one) => verdictOn(one, target)) }))
    .filter(({ verdicts }) => verdicts.length > 0)
}

export function judgeCosts(lookUp: LookUpCost | undefined, memory: FloodMemory | undefined): CostReport[] {
  const costs: CostReport[] = []
  if (lookUp !== undefined) {
    const nanoseconds = median(lookUp.find)
    costs.push({
      name: 'request with a known key, in the fetcher',
      target: 'under 1 µs',
      measured: `${(nanoseconds / 1000).toFixed(2)} µs`,
      met: nanoseconds < 1_000,
    })
  }
  if (memory !== undefined) {
    const bytes = Math.max(...memory.growthBytes, memory.bytesAfterwards)
    costs.push({
      name: 'heap that 1,000,000 unknown ids take',
      target: 'under 8 MB',
      measured: `${(bytes / 1e6).toFixed(2)} MB`,
      met: bytes < 8e6,
    })
  }
  return costs
}

function nameOf({ scenario, name, target }: (typeof targets)[number]) {
  return { scenario, name, target }
}

function verdictOn({ name, results, faults }: ContenderReport, target: (typeof targets)[number]) {
  const fault = faults[target.scenario]
  if (fault !== undefined) return [{ contender: name, measured: fault, met: false }]
  const result = results[target.scenario]
  if (result === undefined) return []
  // Each target is paired with the result of its own scenario.
  const measure = target.measure as (result: unknown) => { readonly measured: string; readonly met: boolean }
  return [{ contender: name, ...measure(result) }]
}

function isWithin({ acceptedAfterMs }: RotatedKey, limitMs: number): boolean {
  return acceptedAfterMs !== undefined && acceptedAfterMs <= limitMs
}
