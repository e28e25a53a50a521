import { describe, expect, it, vi } from 'vitest'
import { monotonicMs } from './clock.ts'
import { FetchSchedule } from './fetch-schedule.ts'
import { stopTime } from './time.test.support.ts'

const bounds = { maxCooldownMs: 15_000, maxRetryDelayMs: 60_000, maxRefreshMs: 3_600_000 }
const freshForMs = 600_000
const pass = (ms: number) => vi.advanceTimersByTime(ms)

/** @param jitter 0 for the shortest, 1 for the longest times */
function start(jitter = 0, changes: Partial<typeof bounds> = {}) {
  stopTime()
  vi.spyOn(Math, 'random').mockReturnValue(jitter)
  return new FetchSchedule({ ...bounds, ...changes })
}

/** Demands all the time, fetches whenever that is due, and gives the times between the fetches. */
function flood(schedule: FetchSchedule, ms: number, fetched: () => void): number[] {
  const begin = monotonicMs()
  const starts: number[] = []
  for (let passed = 0; passed < ms; passed += 10) {
    schedule.demand()
    if (schedule.dueInMs === 0) {
      starts.push(monotonicMs() - begin)
      schedule.started()
      fetched()
    }
    pass(10)
  }
  return starts.map((at, index) => at - (starts[index - 1] ?? 0))
}

describe('FetchSchedule', () => {
  it('is due at once, then after 80 to 95 % of the freshness', () => {
    for (const [jitter, dueInMs] of [
      [0, 480_000],
      [1, 570_000],
    ] as const) {
      const schedule = start(jitter)
      expect(schedule.dueInMs).toBe(0)
      schedule.started()
      schedule.succeeded(freshForMs, true)
      expect(schedule.dueInMs).toBeCloseTo(dueInMs, 3)
    }
  })

  it('does not refresh later than maxRefreshMs, even where that leaves no room for jitter', () => {
    const schedule = start(1, { maxRefreshMs: 60_000 })
    schedule.refreshWithin(75_000)
    expect(schedule.dueInMs).toBe(60_000)
  })

  it.each([0, 1])(
    'KEYS-3: spaces demanded fetches 1 s, doubling to 15 s, with jitter %d that only shortens',
    (jitter) => {
      const schedule = start(jitter)
      schedule.started()
      schedule.succeeded(freshForMs, true)
      pass(300_000)
      const factor = 0.85 + 0.1 * jitter
      const spacings = flood(schedule, 90_000, () => schedule.succeeded(freshForMs, false))
      const expected = [0, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000].map((ms) => ms * factor)
      expect(spacings.length).toBeGreaterThanOrEqual(expected.length)
      for (const [index, ms] of expected.entries()) expect(Math.abs(spacings[index]! - ms)).toBeLessThanOrEqual(10)
    },
  )

  it('KEYS-3: spaces them the same when the fetches fail', () => {
    const schedule = start(1)
    const spacings = flood(schedule, 60_000, () => schedule.failed(0))
    expect(spacings.slice(0, 6).map((ms) => Math.round(ms / 950))).toEqual([0, 1, 2, 4, 8, 15])
  })

  it('KEYS-3: starts again with 1 s after a new key', () => {
    const schedule = start(1)
    flood(schedule, 60_000, () => schedule.succeeded(freshForMs, false))
    schedule.started()
    schedule.succeeded(freshForMs, true)
    expect(flood(schedule, 20_000, () => schedule.succeeded(freshForMs, false)).slice(1, 4)).toEqual([
      950, 1_900, 3_800,
    ])
  })

  it('KEYS-3: fetches at once after a quiet minute, however long the spacing was', () => {
    const schedule = start(1, { maxCooldownMs: 3_600_000 })
    flood(schedule, 600_000, () => schedule.succeeded(freshForMs, false))
    expect(schedule.cooldownMs).toBeGreaterThan(100_000)
    pass(60_000)
    schedule.demand()
    expect(schedule.dueInMs).toBe(0)
    schedule.started()
    schedule.succeeded(freshForMs, false)
    schedule.demand()
    expect(schedule.dueInMs).toBe(950)
  })

  it('KEYS-3: leaves a slow endpoint a pause between two fetches', () => {
    const schedule = start(0)
    schedule.demand()
    schedule.started()
    pass(4_000)
    schedule.succeeded(freshForMs, false)
    schedule.demand()
    expect(schedule.dueInMs).toBe(425)
  })

  it('a background refresh does not lengthen the spacing', () => {
    const schedule = start(1)
    for (let index = 0; index < 5; index++) {
      schedule.started()
      schedule.succeeded(freshForMs, false)
    }
    schedule.demand()
    expect(schedule.dueInMs).toBe(950)
  })

  it('KEYS-4: retries with a delay that doubles to its bound, with jitter', () => {
    const delays = (jitter: number) => {
      const schedule = start(jitter)
      return Array.from({ length: 8 }, () => {
        schedule.started()
        schedule.failed(0)
        const { dueInMs } = schedule
        pass(dueInMs)
        return dueInMs
      })
    }
    expect(delays(1)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
    expect(delays(0)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })

  it('KEYS-4: honours Retry-After, whoever demands, and forgets it after a success', () => {
    const schedule = start(1)
    schedule.started()
    schedule.failed(120_000)
    expect(schedule.dueInMs).toBe(120_000)
    pass(100_000)
    schedule.demand()
    expect(schedule.dueInMs).toBe(20_000)
    pass(20_000)
    schedule.started()
    schedule.succeeded(freshForMs, false)
    expect(schedule.failures).toBe(0)
    schedule.demand()
    expect(schedule.dueInMs).toBeLessThanOrEqual(950)
  })

  it('counts the failures one after another', () => {
    const schedule = start()
    for (const failures of [1, 2, 3]) {
      schedule.started()
      schedule.failed(0)
      expect(schedule.failures).toBe(failures)
    }
    schedule.succeeded(freshForMs, false)
    expect(schedule.failures).toBe(0)
  })
})
