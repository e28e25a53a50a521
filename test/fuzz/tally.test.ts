import { describe, expect, it } from 'vitest'
import type { Report } from './messages.ts'
import { Tally } from './tally.ts'

function report(index: number, tokens: number, verdicts: Report['verdicts']): Report {
  return { index, tokens, verdicts, strictness: { crit: 1 }, disagreements: 0, found: [], kept: [], isDone: false }
}

describe('a tally', () => {
  it('adds up the latest that each worker has reported', () => {
    const tally = new Tally()
    tally.add(report(0, 64, { accepted: 10 }))
    tally.add(report(1, 64, { accepted: 5, token_expired: 50 }))
    tally.add(report(0, 128, { accepted: 20, key_unknown: 1 }))
    expect(tally.tokens).toBe(192)
    expect(tally.verdicts).toEqual({ token_expired: 50, accepted: 25, key_unknown: 1 })
    expect(tally.strictness).toEqual({ crit: 2 })
    expect(tally.toLine()).toMatch(/^\d+ s, 192 tokens, \d+\/s, 0 disagreements \| token_expired 50, accepted 25, /)
  })
})
