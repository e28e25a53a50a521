import type { ScenarioName, ScenarioResults } from '../scenarios/index.ts'
import type { ValidRequests } from '../scenarios/requests.ts'
import { acceptance, duration, failures } from './figures.ts'

/** What stands in a cell. */
export interface Figure {
  readonly text: string
  readonly misses: boolean
}

/** One thing that was measured. */
export interface Row {
  readonly scenario: ScenarioName
  readonly title: string
  readonly figure: (results: Partial<ScenarioResults>) => Figure | undefined
}

/** What stands over the rows of a scenario. */
export const headings: Readonly<Record<ScenarioName, string>> = {
  herd: 'cold herd of 1,000',
  burst: 'burst of 1,000 unknown key ids',
  flood: 'endless flood of unknown key ids',
  rotation: 'rotations in quiet times',
  outage: 'outage of an hour',
}

function row<Name extends ScenarioName>(
  scenario: Name,
  title: string,
  figure: (result: ScenarioResults[Name]) => Figure,
): Row {
  return {
    scenario,
    title,
    figure: (results) => {
      const result = results[scenario]
      return result === undefined ? undefined : figure(result)
    },
  }
}

export const rows: readonly Row[] = [
  row('herd', 'fetches', ({ fetches }) => atMost(fetches, 1)),
  row('herd', 'requests that fail', ({ failed }) => atMost(failed, 0)),
  row('burst', 'fetches in 5 s', ({ fetchesIn5s }) => atMost(fetchesIn5s, 3)),
  row('burst', 'new key accepted after', ({ rotated }) => ({
    text: acceptance(rotated),
    misses: (rotated.acceptedAfterMs ?? Number.POSITIVE_INFINITY) > 3_000,
  })),
  row('burst', 'requests that fail', ({ rotated, known }) => noneOf(sum(rotated.requests, known))),
  row('flood', 'fetches a minute', ({ fetchesAMinute }) => atMost(fetchesAMinute, 5)),
  row('flood', '... in the minute of the new key', ({ fetchesInMinuteOfRotation }) => plain(fetchesInMinuteOfRotation)),
  row('flood', 'new key accepted after', ({ rotated }) => ({
    text: acceptance(rotated),
    misses: (rotated.acceptedAfterMs ?? Number.POSITIVE_INFINITY) > 15_000,
  })),
  // Until then a refusal is allowed.
  row('flood', 'requests with it that fail', ({ rotated }) => plain(failures(rotated.requests))),
  row('flood', 'other requests that fail', ({ known }) => noneOf(known)),
  row('rotation', 'announced: requests that fail', ({ announced }) => noneOf(announced)),
  row('rotation', 'unannounced: accepted after', ({ unannounced }) => plain(acceptance(unannounced))),
  row('rotation', 'unannounced: requests that fail', ({ unannounced }) => plain(failures(unannounced.requests))),
  row('rotation', 'withdrawn: still accepted for', ({ withdrawn }) => ({
    text: withdrawn.refusedAfterMs === undefined ? '> 23 min' : duration(withdrawn.refusedAfterMs),
    misses: withdrawn.refusedAfterMs === undefined,
  })),
  row('rotation', '... after the next refresh, requests', ({ withdrawn }) =>
    withdrawn.refreshed ? atMost(withdrawn.acceptedAfterRefresh, 0) : { text: 'no refresh', misses: true },
  ),
  row('outage', 'requests that fail', ({ requests }) => noneOf(requests)),
  row('outage', 'fetches', ({ fetches }) => plain(fetches)),
]

function plain(value: string | number): Figure {
  return { text: String(value), misses: false }
}

function atMost(value: number, most: number): Figure {
  return { text: String(value), misses: value > most }
}

function noneOf(requests: ValidRequests): Figure {
  return { text: failures(requests), misses: requests.failed > 0 }
}

function sum(one: ValidRequests, other: ValidRequests): ValidRequests {
  return { total: one.total + other.total, failed: one.failed + other.failed }
}
