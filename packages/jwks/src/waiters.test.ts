import { describe, expect, it, vi } from 'vitest'
import { monotonicMs } from './clock.ts'
import { noKeys } from './key-set.ts'
import { stopTime } from './time.test.support.ts'
import { type Verdict, type Waiter, Waiters } from './waiters.ts'

const waiter = (kid: string, waitMs = 2_000): Waiter => {
  const arrivedAt = monotonicMs()
  return { wanted: { kid, alg: 'ES256' }, answeredBy: 1, arrivedAt, untilMs: arrivedAt + waitMs }
}

describe('Waiters', () => {
  it('answers each with its own verdict, once, and leaves the others waiting', async () => {
    stopTime()
    const waiters = new Waiters()
    const onTimeout = vi.fn<() => typeof noKeys>(() => noKeys)
    const [found, failed, waiting] = ['found', 'failed', 'waiting'].map((kid) => waiters.add(waiter(kid), onTimeout))
    const verdicts = new Map<string | undefined, Verdict>([
      ['found', noKeys],
      ['failed', new Error('down')],
    ])
    waiters.decide(({ wanted }) => verdicts.get(wanted?.kid))
    await expect(found).resolves.toBe(noKeys)
    await expect(failed).rejects.toThrow('down')
    expect(waiters.size).toBe(1)
    await vi.advanceTimersByTimeAsync(2_000)
    await expect(waiting).resolves.toBe(noKeys)
    expect(onTimeout).toHaveBeenCalledOnce()
    expect(waiters.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('KEYS-3: lets each wait for its own time', async () => {
    stopTime()
    const waiters = new Waiters()
    const settled: string[] = []
    for (const [kid, ms] of [
      ['short', 500],
      ['long', 1_500],
    ] as const) {
      void waiters.add(waiter(kid, ms), () => noKeys).then(() => settled.push(kid))
    }
    await vi.advanceTimersByTimeAsync(499)
    expect(settled).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(settled).toEqual(['short'])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(settled).toEqual(['short', 'long'])
  })

  it('takes an error for the answer when the time is over', async () => {
    stopTime()
    const answered = new Waiters().add(waiter('a'), () => new Error('down'))
    const outcome = expect(answered).rejects.toThrow('down')
    await vi.advanceTimersByTimeAsync(2_000)
    await outcome
  })
})
