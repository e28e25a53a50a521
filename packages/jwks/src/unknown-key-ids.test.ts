import { describe, expect, it, vi } from 'vitest'
import { stopTime } from './time.test.support.ts'
import { UnknownKeyIds } from './unknown-key-ids.ts'

const miss = (unknown: UnknownKeyIds, kid: string, times: number) => {
  for (let time = 0; time < times; time++) unknown.missed(kid)
}

describe('UnknownKeyIds', () => {
  it('KEYS-3: gives a key id up after three fetches without it', () => {
    const unknown = new UnknownKeyIds()
    miss(unknown, 'a', 2)
    expect(unknown.isHopeless('a')).toBe(false)
    miss(unknown, 'a', 1)
    expect(unknown.isHopeless('a')).toBe(true)
    expect(unknown.isHopeless('b')).toBe(false)
  })

  it('KEYS-3: gives it another chance after a minute, and when a new key has come', () => {
    stopTime()
    const unknown = new UnknownKeyIds()
    miss(unknown, 'a', 3)
    vi.advanceTimersByTime(59_999)
    expect(unknown.isHopeless('a')).toBe(true)
    vi.advanceTimersByTime(1)
    expect(unknown.isHopeless('a')).toBe(false)
    miss(unknown, 'a', 2)
    expect(unknown.isHopeless('a')).toBe(false)
    miss(unknown, 'a', 1)
    unknown.forget()
    expect(unknown.isHopeless('a')).toBe(false)
    expect(unknown.size).toBe(0)
  })

  it('KEYS-3, DOS-2: remembers 4,096 key ids, those that came last', () => {
    const unknown = new UnknownKeyIds()
    for (let index = 0; index < 5_000; index++) miss(unknown, `${index}`.padEnd(512, '-'), 3)
    expect(unknown.size).toBe(4_096)
    expect(unknown.isHopeless('0'.padEnd(512, '-'))).toBe(false)
    expect(unknown.isHopeless('4999'.padEnd(512, '-'))).toBe(true)
  })
})
