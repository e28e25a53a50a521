import { describe, expect, it, vi } from 'vitest'
import { withTimeLimit } from './time-limit.ts'
import { stopTime } from './time.test.support.ts'

/** Ends with the reason of its signal, as requests do. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

describe('withTimeLimit', () => {
  it('gives what comes in time, and leaves no timer', async () => {
    stopTime()
    expect(await withTimeLimit(50, new AbortController().signal, async () => 5)).toBe(5)
    await expect(
      withTimeLimit(50, new AbortController().signal, async () => Promise.reject(new Error('own'))),
    ).rejects.toThrow('own')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('KEYS-1: aborts what takes longer', async () => {
    stopTime()
    const running = withTimeLimit(50, new AbortController().signal, untilAborted)
    const outcome = expect(running).rejects.toMatchObject({
      reason: 'timeout',
      message: 'no complete answer within 50 ms',
    })
    await vi.advanceTimersByTimeAsync(50)
    await outcome
  })

  it('aborts with the signal around it, also one that was aborted before', async () => {
    stopTime()
    const controller = new AbortController()
    const running = withTimeLimit(50, controller.signal, untilAborted)
    controller.abort(new Error('closed'))
    await expect(running).rejects.toThrow('closed')
    const run = vi.fn<() => Promise<void>>()
    await expect(withTimeLimit(50, controller.signal, run)).rejects.toThrow('closed')
    expect(run).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })
})
