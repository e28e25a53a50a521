import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { VerificationLoad } from './verification-load.ts'

/** A verification on the pool that ends when it is told to. */
function pending(load: VerificationLoad) {
  const ends: ((value: string) => void)[] = []
  const result = load.runOnPool(() => new Promise<string>((resolve) => ends.push(resolve)))
  return { result, end: () => ends.forEach((end) => end('done')) }
}

/** How many verifications stay on the main thread before the pool is tried. */
function staying(load: VerificationLoad): number {
  let count = 0
  while (count < 5_000 && !load.isPoolBetter(false)) count++
  return count
}

describe('the load of verifications', () => {
  it('keeps a few in one turn of the event loop on the main thread, whatever came in earlier turns', async () => {
    const load = new VerificationLoad()
    for (let turns = 0; turns < 5; turns++) {
      expect([load.isPoolBetter(false), load.isPoolBetter(false)]).toEqual([false, false])
      await turn()
    }
  })

  it('tries the pool for what comes in the same turn, and goes on with it while something is in flight', async () => {
    const load = new VerificationLoad()
    expect(staying(load)).toBe(2)
    const first = pending(load)
    expect(load.isPoolBetter(false)).toBe(true)
    await turn()
    expect(load.isPoolBetter(false)).toBe(true)
    first.end()
    await first.result
    await turn()
    expect(staying(load)).toBe(2)
  })

  it('tries it half as often each time when nobody else came meanwhile, as for one caller that awaits each', async () => {
    const load = new VerificationLoad()
    const stayed: number[] = []
    for (let trials = 0; trials < 12; trials++) {
      stayed.push(staying(load))
      const alone = pending(load)
      await turn()
      alone.end()
      await alone.result
    }
    expect(stayed).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024])
    await turn()
    expect(staying(load)).toBe(2)
  })

  it('never leaves a slow one on the main thread', () => {
    expect(new VerificationLoad().isPoolBetter(true)).toBe(true)
  })

  it('DOS-4: lets 1,024 wait, and no more, until one has ended', async () => {
    const load = new VerificationLoad()
    const all = Array.from({ length: 1_024 }, () => pending(load))
    await expect(load.runOnPool(() => Promise.resolve())).rejects.toMatchObject({ code: 'verifier_overloaded' })
    all[0]?.end()
    await all[0]?.result
    await expect(load.runOnPool(() => Promise.resolve('next'))).resolves.toBe('next')
    for (const { end } of all) end()
    await Promise.all(all.map(({ result }) => result))
  })

  it('counts a failed verification as ended', async () => {
    const load = new VerificationLoad()
    await expect(load.runOnPool(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(load.isPoolBetter(false)).toBe(false)
  })
})
