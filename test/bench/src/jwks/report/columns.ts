import type { ScenarioName, ScenarioResults } from '../scenarios/index.ts'
import type { ValidRequests } from '../scenarios/requests.ts'
import type { RotatedKey } from '../scenarios/rotated-key.ts'
import { duration } from './figures.ts'

/** What stands in a cell. */
export interface Figure {
  readonly text: string
  readonly misses: boolean
}

interface Column {
  readonly scenario: ScenarioName
  /** What stands over this column and its neighbours. */
  readonly group: string
  readonly title: string
  readonly figure: (results: Partial<ScenarioResults>) => Figure | undefined
}

function column<Name extends ScenarioName>(
  scenario: Name,
  group: string,
  title: string,
  figure: (result: ScenarioResults[Name]) => Figure,
): Column {
  return {
    scenario,
    group,
    title,
    figure: (results) => {
      const result = results[scenario]
      return result === undefined ? undefined : figure(result)
    },
  }
}

export const columns: readonly Column[] = [
  column('herd', 'cold herd', 'fetches', ({ fetches }) => atMost(fetches, 1)),
  column('herd', 'cold herd', 'failed', ({ failed }) => atMost(failed, 0)),
  column('burst', 'burst', 'fetches', ({ fetchesIn5s }) => atMost(fetchesIn5s, 3)),
  column('burst', 'burst', 'new key after', ({ rotated }) => acceptance(rotated, 3_000)),
  column('burst', 'burst', 'failed', ({ rotated, known }) => failures(rotated.requests, known)),
  column('flood', 'endless flood', 'fetches/min', ({ fetchesAMinute }) => atMost(fetchesAMinute, 5)),
  column('flood', 'endless flood', 'new key after', ({ rotated }) => acceptance(rotated, 15_000)),
  // A refusal within these 15 s is allowed.
  column('flood', 'endless flood', 'failed', ({ rotated, known }) => ({
    ...failures(rotated.requests, known),
    misses: known.failed > 0,
  })),
  column('rotation', 'rotation', 'announced, failed', ({ announced }) => failures(announced)),
  column('rotation', 'rotation', 'unannounced, after', ({ unannounced }) => acceptance(unannounced, 15_000)),
  column('rotation', 'rotation', 'withdrawn, used for', ({ withdrawn }) => ({
    text: withdrawn.refusedAfterMs === undefined ? '> 23 min' : duration(withdrawn.refusedAfterMs),
    misses: withdrawn.refusedAfterMs === undefined || withdrawn.acceptedAfterRefresh > 0,
  })),
  column('outage', 'outage', 'fetches', ({ fetches }) => ({ text: String(fetches), misses: false })),
  column('outage', 'outage', 'failed', ({ requests }) => failures(requests)),
]

function atMost(value: number, most: number): Figure {
  return { text: String(value), misses: value > most }
}

function acceptance({ acceptedAfterMs }: RotatedKey, mostMs: number): Figure {
  if (acceptedAfterMs === undefined) return { text: 'not in 65 s', misses: true }
  return { text: duration(acceptedAfterMs), misses: acceptedAfterMs > mostMs }
}

function failures(...requests: readonly ValidRequests[]): Figure {
  const failed = requests.reduce((sum, one) => sum + one.failed, 0)
  return {
    text: failed === 0 ? '0' : `${failed} of ${requests.reduce((sum, one) => sum + one.total, 0)}`,
    misses: failed > 0,
  }
}
