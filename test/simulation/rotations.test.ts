import { beforeAll, describe, expect, it } from 'vitest'
import { liveThroughDay } from './day.ts'
import { faultNames } from './faults.ts'
import { laws } from './laws.ts'

/** `SIMULATION_SEEDS=5,6,7` lives through other days. */
const seeds = (process.env['SIMULATION_SEEDS'] ?? '1,2,3').split(',').map(Number)

const names = {
  'announced rotations refuse nobody':
    'refuses no valid request at a rotation announced by publishing first, whatever goes wrong then',
  'unannounced rotations heal within 15 s':
    'refuses no valid request more than 15 s after a rotation without notice, while the keys can be had',
  'old keys make no 401': 'KEYS-7: answers 503, not 401, to a valid token whose key could not be fetched yet',
  'withdrawn keys are not used':
    'KEYS-5: uses no withdrawn key after a successful refresh, and what was verified with it is void',
  'known keys are used at once': 'KEYS-4: lets no valid request with a known key wait, or fail, whatever goes wrong',
  'waiting is bounded': 'KEYS-3: lets nobody wait for more than 2 s, and no more than 1,000 at once',
  'fetches are within the budget':
    'KEYS-3: fetches at most 5 times a minute, 4 times more for each new key, first failure, or quiet minute before',
  'good answers are taken': 'takes every set that is answered in time, changed or not modified',
  'nobody else is asked': 'KEYS-1: follows no redirect to another origin',
} satisfies Record<(typeof laws)[number], string>

describe.each(seeds)('a day of rotations every 10 minutes, with faults, floods and clock jumps (seed %d)', (seed) => {
  let day: Awaited<ReturnType<typeof liveThroughDay>>
  beforeAll(async () => {
    day = await liveThroughDay(seed)
  }, 180_000)

  it.each(laws.map((law) => ({ law, name: names[law] })))('$name', ({ law }) => {
    expect(day.witness.violations.of(law), `seed ${seed}`).toEqual([])
  })

  it('leaves no timer and no connection behind', () => {
    expect(day.endedAfterMs, `seed ${seed}`).toBeLessThan(60_000)
    expect(day.server.waitsForTime).toBe(false)
  })

  it('was a day on which all of that could have gone wrong', () => {
    const { witness, timetable, server } = day
    const { counts } = witness
    expect(server.seenFaults.size).toBeGreaterThanOrEqual(faultNames.length - 2)
    expect(witness.budget.total).toBeGreaterThan(2_000)
    const early = timetable.rotations.filter(({ notice }) => notice === 'early')
    const inTime = early.filter(({ publishedAt, valid }) => witness.wasSurelyFetched(publishedAt, valid.from))
    expect(inTime.length).toBeGreaterThan(early.length / 2)
    expect(timetable.rotations.length - early.length).toBeGreaterThan(30)
    expect(counts.accepted).toBeGreaterThan(10_000)
    expect(counts.unknown).toBeGreaterThan(10_000)
    for (const [name, count] of Object.entries(counts)) expect(count, name).toBeGreaterThan(10)
  })
})
