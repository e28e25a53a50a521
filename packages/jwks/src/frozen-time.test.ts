import { describe, expect, it, vi } from 'vitest'
import { FrozenTime } from './frozen-time.ts'
import { stopTime } from './time.test.support.ts'

const jump = (ms: number) => vi.setSystemTime(Date.now() + ms)

describe('FrozenTime', () => {
  it('does not take passing time for a freeze', () => {
    stopTime()
    const frozen = new FrozenTime()
    vi.advanceTimersByTime(86_400_000)
    expect(frozen.hasPassed()).toBe(false)
  })

  it('tells once that more than a minute has passed on the wall clock alone', () => {
    stopTime()
    const frozen = new FrozenTime()
    jump(60_000)
    expect(frozen.hasPassed()).toBe(false)
    jump(1)
    expect([frozen.hasPassed(), frozen.hasPassed()]).toEqual([true, false])
  })

  it('does not tell of a step back, and counts from there', () => {
    stopTime()
    const frozen = new FrozenTime()
    jump(-3_600_000)
    expect(frozen.hasPassed()).toBe(false)
    jump(60_001)
    expect(frozen.hasPassed()).toBe(true)
  })
})
