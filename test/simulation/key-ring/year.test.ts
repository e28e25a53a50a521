import { beforeAll, describe, expect, it } from 'vitest'
import { laws } from './laws.ts'
import { liveThroughYear, type Year } from './year.ts'

/** `SIMULATION_SEEDS=5,6,7` lives through other years. */
const seeds = (process.env['SIMULATION_SEEDS'] ?? '1,2,3').split(',').map(Number)

const names = {
  'valid tokens are accepted':
    'ISSUER-2: refuses no valid token, at verifiers that keep the JWKS as long as they may, whatever goes wrong',
  'withdrawn keys are not used': 'uses and publishes no key that was withdrawn',
  'keys are published before use':
    'ISSUER-2: publishes every key for long enough before it signs, emergencies excepted',
  'the ring is never forked': 'lets all processes sign with the same key',
  'gone keys stay gone': 'never brings a key back that has left the ring',
} satisfies Record<(typeof laws)[number], string>

describe.each(seeds)('a year of three processes with one key ring, crashes and full disks (seed %d)', (seed) => {
  let year: Year
  beforeAll(async () => {
    year = await liveThroughYear(seed)
  }, 60_000)

  it.each(laws.map((law) => ({ law, name: names[law] })))('$name', ({ law }) => {
    expect(year.violations.of(law), `seed ${seed}`).toEqual([])
  })

  it('was a year in which all of that could have gone wrong', () => {
    const { counts, crashes } = year
    for (const [moment, count] of Object.entries(crashes)) expect(count, moment).toBeGreaterThan(1)
    expect(counts.rotations).toBeGreaterThan(15)
    expect(counts.emergencies).toBeGreaterThan(1)
    expect(counts.unannounced).toBeLessThan(counts.rotations / 2)
    expect(counts.fullDisks).toBeGreaterThan(1)
    expect(counts.longOutages).toBeGreaterThan(0)
    expect(counts.issued).toBeGreaterThan(2_000)
    expect(counts.accepted).toBeGreaterThan(5_000)
    expect(counts.unavailable).toBeGreaterThan(0)
  })
})
