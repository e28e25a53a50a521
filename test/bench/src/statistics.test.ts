import { describe, expect, it } from 'vitest'
import { atBest, median, processorShareOf, quantile, summarize, summarizeRatios } from './statistics.ts'

describe('statistics', () => {
  it('finds the median of an odd and of an even number of values, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([10, 1, 2, 3])).toBe(2.5)
    expect(median([7])).toBe(7)
  })

  it('sorts by number, not by text', () => {
    expect(median([10, 9, 100])).toBe(10)
  })

  it('interpolates quantiles between two values', () => {
    expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2)
    expect(quantile([0, 10], 0.75)).toBe(7.5)
    expect(quantile([3, 1, 2], 0)).toBe(1)
    expect(quantile([3, 1, 2], 1)).toBe(3)
  })

  it('has no median of nothing', () => {
    expect(() => median([])).toThrow(RangeError)
  })

  it('tells the spread, which one outlier does not move', () => {
    expect(summarize([10, 11, 12, 13, 14])).toEqual({ median: 12, p25: 11, p75: 13, mad: 1, count: 5 })
    expect(summarize([10, 11, 12, 13, 1_000])).toMatchObject({ median: 12, p25: 11, p75: 13, mad: 1 })
  })

  it('finds the value of an undisturbed round at either end', () => {
    const values = Array.from({ length: 11 }, (_, index) => index)
    expect(atBest(values, 'less')).toBe(1)
    expect(atBest(values, 'more')).toBe(9)
  })

  it('tells the share of the time that a process had a processor, long rounds counting for more', () => {
    const rounds = [
      { cpuMs: 10, wallMs: 10 },
      { cpuMs: 10, wallMs: 90 },
    ]
    expect(processorShareOf(rounds)).toBe(0.2)
  })

  it('leaves its input as it was', () => {
    const values = [3, 1, 2]
    summarize(values)
    expect(values).toEqual([3, 1, 2])
  })

  it('compares round by round, so that what slows both down does not count', () => {
    expect(summarizeRatios([2, 20, 200], [1, 10, 100])).toMatchObject({ median: 2, p25: 2, p75: 2, mad: 0 })
  })

  it('refuses values without a reference of their round', () => {
    expect(() => summarizeRatios([1, 2], [1])).toThrow(RangeError)
  })
})
