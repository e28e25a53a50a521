import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { SigningLoad } from './signing-load.ts'

describe('the load of signatures', () => {
  it('keeps the first four of each turn of the event loop on the main thread, and no other', async () => {
    const load = new SigningLoad()
    for (let turns = 0; turns < 3; turns++) {
      const answers = Array.from({ length: 6 }, () => load.isPoolBetter())
      expect(answers).toEqual([false, false, false, false, true, true])
      await turn()
    }
  })

  it('gives all to the pool while it has one, and counts a failed one as ended', async () => {
    const load = new SigningLoad()
    let fail: (error: Error) => void = () => {}
    const underWay = load.runOnPool(() => new Promise<never>((_, reject) => (fail = reject)))
    expect(load.isPoolBetter()).toBe(true)
    await turn()
    expect(load.isPoolBetter()).toBe(true)
    fail(new Error('no'))
    await expect(underWay).rejects.toThrow('no')
    expect(load.isPoolBetter()).toBe(false)
  })
})
