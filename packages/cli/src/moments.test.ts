import { describe, expect, it } from 'vitest'
import { describeMoment, formatMoment } from './moments.ts'

const now = Date.UTC(2026, 10, 25, 12)
const seconds = now / 1000

describe('moments', () => {
  it.each([
    [0, 'now'],
    [1, 'in 1 s'],
    [59, 'in 59 s'],
    [240, 'in 4 min'],
    [-180, '3 min ago'],
    [7200, 'in 2 h'],
    [-3 * 86_400, '3 days ago'],
    [400 * 86_400, 'in 400 days'],
    [3650 * 86_400, 'in 10 years'],
  ])('%i seconds from now is %s', (distance, words) => {
    expect(describeMoment(seconds + distance, now)).toBe(words)
  })

  it('have a date in UTC, as long as the year has four digits', () => {
    expect(formatMoment(seconds)).toBe('2026-11-25 12:00:00 UTC')
    expect(formatMoment(253_402_300_799)).toBe('9999-12-31 23:59:59 UTC')
    for (const wrong of [253_402_300_800, -1, NaN, Infinity, seconds * 1000])
      expect(formatMoment(wrong)).toBeUndefined()
  })
})
