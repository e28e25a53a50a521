import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { longestDelayMs, startTimer } from './clock.ts'
import { stopTime } from './time.test.support.ts'

describe('startTimer', () => {
  it('hands its owner to the action, once, and never too early', () => {
    stopTime()
    const owner = {}
    const action = vi.fn<(given: object) => void>()
    startTimer(owner, 10.2, action)
    vi.advanceTimersByTime(10)
    expect(action).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1_000)
    expect(action.mock.calls).toEqual([[owner]])
  })

  it('does not hold the process', () => {
    const timer = startTimer({}, 1_000, () => {})
    onTestFinished(() => clearTimeout(timer))
    expect(timer.hasRef()).toBe(false)
  })

  it('does not fire at once when the delay is longer than timers can be', () => {
    stopTime()
    const delays = vi.spyOn(globalThis, 'setTimeout')
    startTimer({}, 1e12, () => {})
    startTimer({}, -5, () => {})
    expect(delays.mock.calls.map(([, delay]) => delay)).toEqual([longestDelayMs, 0])
  })
})
