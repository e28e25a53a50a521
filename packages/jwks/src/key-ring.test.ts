import { describe, expect, it, vi } from 'vitest'
import { importKeyEntries } from './import-keys.ts'
import { KeyRing, maxAgeMs } from './key-ring.ts'
import { makeKey, type SigningKey } from './keys.test.support.ts'
import { stopTime } from './time.test.support.ts'

const entriesOf = (...keys: SigningKey[]) => importKeyEntries({ keys: keys.map(({ jwk }) => jwk) }, {})
const [a, b] = [makeKey('a'), makeKey('b')]
const freshForMs = 600_000
const maxStaleMs = 3_600_000

describe('KeyRing', () => {
  it('is not usable before the first set', () => {
    const ring = new KeyRing(maxStaleMs)
    expect(ring).toMatchObject({ isUsable: false, isFresh: false, usableForMs: 0, freshForMs: 0 })
    expect(ring.ageMs).toBe(Number.POSITIVE_INFINITY)
    expect(ring.confirm(freshForMs)).toBe(false)
    expect(ring.expire()).toEqual([])
  })

  it('KEYS-5: withdraws for good what a newer set has not', () => {
    const ring = new KeyRing(maxStaleMs)
    const first = ring.adopt(entriesOf(a, b), 0, freshForMs)
    expect(first.added.map(({ kid }) => kid)).toEqual(['a', 'b'])
    const [entryA, entryB] = first.added
    const second = ring.adopt(entriesOf(b), 0, freshForMs)
    expect(second).toEqual({ added: [], withdrawn: [entryA] })
    expect(entryA!.withdrawn).toBe(true)
    expect(ring.set.find('a', 'ES256')).toBeUndefined()
    const third = ring.adopt(entriesOf(a, b), 0, freshForMs)
    expect(third.added).toHaveLength(1)
    expect(third.added[0]).not.toBe(entryA)
    expect(entryA!.withdrawn).toBe(true)
    expect(ring.set.keys).toContain(entryB)
  })

  it('KEYS-8: takes new material under an old kid for a new key, and the same material for the same', () => {
    const ring = new KeyRing(maxStaleMs)
    const [old] = ring.adopt(entriesOf(a), 0, freshForMs).added
    expect(ring.adopt(entriesOf(a), 0, freshForMs)).toEqual({ added: [], withdrawn: [] })
    const changes = ring.adopt(entriesOf(makeKey('a')), 0, freshForMs)
    expect(changes.withdrawn).toEqual([old])
    expect(changes.added.map(({ kid }) => kid)).toEqual(['a'])
    expect(old!.withdrawn).toBe(true)
  })

  it('KEYS-4: is fresh, then stale, then gone for good', () => {
    stopTime()
    const ring = new KeyRing(maxStaleMs)
    const [entry] = ring.adopt(entriesOf(a), 0, freshForMs).added
    expect(ring).toMatchObject({ isFresh: true, isUsable: true, freshForMs, freshnessMs: freshForMs })
    vi.advanceTimersByTime(freshForMs)
    expect(ring).toMatchObject({ isFresh: false, isUsable: true, ageMs: freshForMs, freshForMs: 0 })
    vi.advanceTimersByTime(maxStaleMs - freshForMs)
    expect(ring).toMatchObject({ isFresh: false, isUsable: false, usableForMs: 0 })
    expect(entry!.withdrawn).toBe(true)
    expect(ring.confirm(freshForMs)).toBe(false)
    expect(ring.expire()).toEqual([entry])
    expect(ring.expire()).toEqual([])
    const [again] = ring.adopt(entriesOf(a), 0, freshForMs).added
    expect(again).not.toBe(entry)
    expect(entry!.withdrawn).toBe(true)
    expect(again!.withdrawn).toBe(false)
  })

  it('begins anew when the set is confirmed', () => {
    stopTime()
    const ring = new KeyRing(maxStaleMs)
    const [entry] = ring.adopt(entriesOf(a), 0, freshForMs).added
    vi.advanceTimersByTime(maxStaleMs - 1)
    expect(ring.confirm(freshForMs)).toBe(true)
    vi.advanceTimersByTime(maxStaleMs - 1)
    expect(entry!.withdrawn).toBe(false)
    expect(ring.ageMs).toBe(maxStaleMs - 1)
  })

  it('KEYS-9: reckons the age of an older set from its fetch, and remembers it when the set is gone', () => {
    stopTime()
    const ring = new KeyRing(maxStaleMs)
    ring.adopt(entriesOf(a), maxStaleMs - 1_000, freshForMs)
    expect(ring).toMatchObject({ isFresh: false, isUsable: true, usableForMs: 1_000 })
    vi.advanceTimersByTime(1_000)
    ring.expire()
    expect(ring.ageMs).toBe(maxStaleMs)
  })

  it('is usable as long as it is fresh, whatever maxStaleMs says', () => {
    stopTime()
    const ring = new KeyRing(0)
    ring.adopt(entriesOf(a), 0, freshForMs)
    vi.advanceTimersByTime(freshForMs - 1)
    expect(ring).toMatchObject({ isFresh: true, isUsable: true })
    vi.advanceTimersByTime(1)
    expect(ring).toMatchObject({ isFresh: false, isUsable: false })
    expect(maxAgeMs(5, 0)).toBe(5)
    expect(maxAgeMs(5, 6)).toBe(6)
  })
})
