import { describe, expect, it, vi } from 'vitest'
import { freshnessMs, retryAfterMs } from './http-dates.ts'
import { stopTime } from './time.test.support.ts'

const date = 'Tue, 17 Nov 2026 12:00:00 GMT'
const anHourLater = 'Tue, 17 Nov 2026 13:00:00 GMT'

describe('freshnessMs', () => {
  it.each([
    ['nothing', {}, undefined],
    ['max-age (RFC 9111 §5.2.2.1)', { 'cache-control': 'public, Max-Age=300' }, 300_000],
    ['a quoted max-age', { 'cache-control': 'max-age="300"' }, 300_000],
    ['the first of two', { 'cache-control': 'max-age=300, max-age=600' }, 300_000],
    ['less the Age (§4.2.3)', { 'cache-control': 'max-age=300', age: '100' }, 200_000],
    ['an Age past max-age', { 'cache-control': 'max-age=300', age: '301' }, 0],
    ['no-cache', { 'cache-control': 'max-age=300, no-cache' }, 0],
    ['no-store', { 'cache-control': 'no-store' }, 0],
    ['s-maxage, which is for shared caches', { 'cache-control': 's-maxage=5' }, undefined],
    ['more than 2^31 seconds (§1.2.2)', { 'cache-control': `max-age=${'9'.repeat(30)}` }, 2 ** 31 * 1000],
    ['a max-age that is no number', { 'cache-control': 'max-age=-1' }, undefined],
    ['Expires (§5.3)', { expires: anHourLater, date }, 3_600_000],
    ['Expires less the Age', { expires: anHourLater, date, age: '600' }, 3_000_000],
    ['max-age rather than Expires', { 'cache-control': 'max-age=60', expires: anHourLater, date }, 60_000],
    ['an Expires that is no date', { expires: '0', date }, 0],
    ['an Expires in the past', { expires: date, date: anHourLater }, 0],
  ])('reads %s', (_, headers, expected) => {
    expect(freshnessMs(headers)).toBe(expected)
  })

  it('reckons Expires by our clock where the server does not tell its own', () => {
    stopTime()
    vi.setSystemTime(Date.parse(date))
    expect(freshnessMs({ expires: anHourLater })).toBe(3_600_000)
    expect(freshnessMs({ expires: anHourLater, date: 'no date' })).toBe(3_600_000)
  })

  it('takes a header field full of directives without much work', () => {
    expect(freshnessMs({ 'cache-control': `${','.repeat(100_000)}max-age=5` })).toBeUndefined()
  })
})

describe('retryAfterMs', () => {
  it.each([
    ['nothing', {}, 0],
    ['seconds (RFC 9110 §10.2.3)', { 'retry-after': '120' }, 120_000],
    ["a date, by the server's clock", { 'retry-after': 'Tue, 17 Nov 2026 12:05:00 GMT', date }, 300_000],
    ['a date in the past', { 'retry-after': date, date: anHourLater }, 0],
    ['more than 10 minutes', { 'retry-after': '86400' }, 600_000],
    ['much more than that', { 'retry-after': '9'.repeat(400) }, 600_000],
    ['a date far away', { 'retry-after': 'Tue, 17 Nov 2099 12:00:00 GMT', date }, 600_000],
    ['what is neither', { 'retry-after': 'soon' }, 0],
  ])('reads %s', (_, headers, expected) => {
    expect(retryAfterMs(headers)).toBe(expected)
  })
})
