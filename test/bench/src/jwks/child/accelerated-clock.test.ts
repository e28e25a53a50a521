import { afterEach, expect, it } from 'vitest'
import { accelerateTime } from './accelerated-clock.ts'

const { Date: realDate, setTimeout: realSetTimeout, setInterval: realSetInterval } = globalThis
const { hrtime } = process

afterEach(() => {
  globalThis.Date = realDate
  globalThis.setTimeout = realSetTimeout
  globalThis.setInterval = realSetInterval
  Object.defineProperty(process, 'hrtime', { value: hrtime })
  // What is left is that of its prototype.
  Reflect.deleteProperty(performance, 'now')
})

it('makes dates, clocks and timers go faster alike, and leaves given times as they are', async () => {
  const { bigint } = hrtime
  const realBegin = bigint()
  accelerateTime(1_000)
  const begin = { date: Date.now(), monotonic: performance.now(), hrtime: process.hrtime() }
  await new Promise((resolve) => setTimeout(resolve, 60_000))
  const realMs = Number(bigint() - realBegin) / 1e6
  expect(realMs).toBeLessThan(30_000)
  const [seconds] = process.hrtime(begin.hrtime)
  for (const passed of [
    Date.now() - begin.date,
    new Date().getTime() - begin.date,
    performance.now() - begin.monotonic,
    seconds * 1_000 + 1_000,
  ]) {
    expect(passed).toBeGreaterThanOrEqual(59_000)
    expect(passed).toBeLessThanOrEqual(realMs * 1_000 + 60_000)
  }
  expect(new Date(5).getTime()).toBe(5)
  expect(new Date() instanceof Date).toBe(true)
})

it('does nothing at the usual speed', () => {
  accelerateTime(1)
  expect(globalThis.Date).toBe(realDate)
  expect(globalThis.setTimeout).toBe(realSetTimeout)
})
