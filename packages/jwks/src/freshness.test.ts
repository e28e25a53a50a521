import { describe, expect, it } from 'vitest'
import { boundedFreshnessMs, earliestRefresh } from './freshness.ts'

const bounds = { refreshMs: 600_000, minRefreshMs: 60_000, maxRefreshMs: 3_600_000 }

describe('boundedFreshnessMs', () => {
  it.each([
    ['what is not said', undefined, 600_000],
    ['what lies within the bounds', 300_000, 300_000],
    ['a day', 86_400_000, 3_600_000],
    ['infinity', Number.POSITIVE_INFINITY, 3_600_000],
  ])('bounds %s', (_, saidMs, expected) => {
    expect(boundedFreshnessMs(saidMs, bounds)).toBe(expected)
  })

  it.each([0, 1_000, 60_000])('never refreshes earlier than minRefreshMs, whatever the response says: %d', (saidMs) => {
    expect(boundedFreshnessMs(saidMs, bounds) * earliestRefresh).toBe(60_000)
  })
})
