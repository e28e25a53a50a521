import { describe, expect, it } from 'vitest'
import type { ContenderReport } from './results.ts'
import type { RotatedKey } from './scenarios/rotated-key.ts'
import { judge, judgeCosts } from './targets.ts'

const none = { total: 10, failed: 0 }
const rotated: RotatedKey = {
  firstRequest: { accepted: true, afterMs: 900 },
  acceptedAfterMs: 900,
  watchedForMs: 65_000,
  requests: none,
}
const good: ContenderReport = {
  name: 'sallyport-jwks',
  title: 'one that meets them all',
  role: 'sallyport',
  version: undefined,
  setup: undefined,
  results: {
    herd: { fetches: 1, failed: 0 },
    burst: { fetchesIn5s: 3, rotated, known: none },
    flood: { fetchesAtFirst: 5, fetchesAMinute: 5, fetchesInMinuteOfRotation: 9, rotated, known: none },
    rotation: {
      announced: none,
      unannounced: rotated,
      withdrawn: { refusedAfterMs: 1, acceptedAfterRefresh: 0, refreshed: true },
      fetches: 9,
    },
    outage: { requests: none, fetches: 80 },
  },
  faults: {},
}

function missed(results: ContenderReport['results'], faults: ContenderReport['faults'] = {}): string[] {
  const targets = judge([{ ...good, results: { ...good.results, ...results }, faults }])
  return targets.filter(({ verdicts }) => verdicts.some(({ met }) => !met)).map(({ name }) => name)
}

describe('judge', () => {
  it('finds nothing wrong where every figure is just within its target', () => {
    expect(missed({})).toEqual([])
    expect(judge([good]).length).toBe(8)
  })

  it.each<[string, ContenderReport['results']]>([
    ['cold herd of 1,000: fetches', { herd: { fetches: 2, failed: 0 } }],
    ['cold herd of 1,000: fetches', { herd: { fetches: 1, failed: 1 } }],
    ['burst of 1,000 unknown ids: fetches in 5 s', { burst: { ...good.results.burst!, fetchesIn5s: 4 } }],
    [
      'key rotated right after it: accepted',
      { burst: { ...good.results.burst!, rotated: { ...rotated, acceptedAfterMs: 3_001 } } },
    ],
    [
      'key rotated right after it: accepted',
      { burst: { ...good.results.burst!, rotated: { ...rotated, requests: { total: 10, failed: 1 } } } },
    ],
    ['endless flood: fetches a minute', { flood: { ...good.results.flood!, fetchesAMinute: 6 } }],
    [
      'key rotated in it, just after a fetch: accepted',
      { flood: { ...good.results.flood!, rotated: { ...rotated, acceptedAfterMs: undefined } } },
    ],
    [
      'announced rotation: requests that fail',
      { rotation: { ...good.results.rotation!, announced: { total: 10, failed: 1 } } },
    ],
    [
      'withdrawn key: accepted after the next refresh',
      {
        rotation: {
          ...good.results.rotation!,
          withdrawn: { refusedAfterMs: undefined, acceptedAfterRefresh: 0, refreshed: false },
        },
      },
    ],
    ['outage of an hour: requests that fail', { outage: { requests: { total: 10, failed: 1 }, fetches: 0 } }],
  ])('misses "%s"', (name, results) => {
    expect(missed(results)).toEqual([name])
  })

  it('misses the targets of a scenario that did not end', () => {
    expect(missed({}, { outage: 'it took too long' })).toEqual(['outage of an hour: requests that fail'])
  })

  it('leaves out what was not played', () => {
    expect(judge([{ ...good, results: { herd: good.results.herd! } }]).map(({ scenario }) => scenario)).toEqual([
      'herd',
    ])
  })
})

describe('judgeCosts', () => {
  it('takes the median of a look-up, and the largest growth of the heap', () => {
    const lookUp = { find: [100, 999, 5_000], getKey: [], joseGetKey: [] }
    const memory = { keyIds: 1_000_000, growthBytes: [1, 8e6], bytesAfterwards: 2, fetches: 9 }
    expect(judgeCosts(lookUp, memory).map(({ met }) => met)).toEqual([true, false])
  })
})
