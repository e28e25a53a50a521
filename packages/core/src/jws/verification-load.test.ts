import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { VerificationLoad } from './verification-load.ts'

/** A verification on the pool that ends when it is told to. */
function pending(load: VerificationLoad) {
  const ends: ((value: string) => void)[] = []
  const result = load.runOnPool(() => new Promise<string>((resolve) => ends.push(resolve)))
  return { result, end: () => ends.forEach((end) => end('done')) }
}

/** How many that come at once stay on the main thread. */
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

  it('gives the pool what comes at once, and goes on with it while something is in flight', async () => {
    const load = new VerificationLoad()
    expect(staying(load)).toBe(2)
    const first = pending(load)
    await turn()
    expect(load.isPoolBetter(false)).toBe(true)
    first.end()
    await first.result
    await turn()
    expect(staying(load)).toBe(2)
  })

  it('gives the pool what comes in other callbacks of the same turn, as requests do', async () => {
    const load = new VerificationLoad()
    const answers: boolean[] = []
    await Promise.all(
      Array.from(
        { length: 4 },
        () =>
          new Promise<void>((resolve) => {
            setImmediate(() => {
              answers.push(load.isPoolBetter(false))
              resolve()
            })
          }),
      ),
    )
    expect(answers).toEqual([false, false, true, true])
  })

  it('keeps those of a caller that awaits each on the main thread, until others have to get their turn', async () => {
    const load = new VerificationLoad()
    let stayed = 0
    while (stayed < 5_000 && !load.isPoolBetter(false)) {
      stayed++
      await Promise.resolve()
    }
    expect(stayed).toBe(1_024)
    await turn()
    expect(load.isPoolBetter(false)).toBe(false)
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
