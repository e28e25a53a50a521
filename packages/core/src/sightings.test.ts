import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { numberOf, Sightings } from './sightings.ts'

const tokens = (count: number) => Array.from({ length: count }, () => `h.p.${randomBytes(32).toString('base64url')}`)

describe('sightings', () => {
  it('tell the second time from the first, for as many tokens as come in turn', () => {
    const sightings = new Sightings(1_000)
    const all = tokens(1_000)
    expect(all.filter((token) => sightings.isSecond(token)).length).toBeLessThan(2)
    expect(all.every((token) => sightings.isSecond(token))).toBe(true)
    expect(all.every((token) => sightings.isSecond(token))).toBe(true)
  })

  it('DOS-2: forget those of long ago', () => {
    const sightings = new Sightings(100)
    const [first = '', ...others] = tokens(300)
    expect(sightings.isSecond(first)).toBe(false)
    for (const token of others) sightings.isSecond(token)
    expect(sightings.isSecond(first)).toBe(false)
  })

  it('DOS-2: keep two generations of exactly as many as were asked for', () => {
    const sightings = new Sightings(2)
    const seen = (text: string) => Array.from(text, (token) => sightings.isSecond(token))
    expect(seen('abc')).toEqual([false, false, false])
    expect(seen('abc')).toEqual([true, true, true])
    expect(seen('de')).toEqual([false, false])
    expect(seen('cd')).toEqual([true, true])
    expect(seen('ab')).toEqual([false, false])
  })

  it('DOS-2: keep 262,144 in a generation at the most', () => {
    const sightings = new Sightings(1e9)
    const pass = (from: number, count: number) => {
      for (let index = from; index < from + count; index++) sightings.isSecond(index.toString(36).padStart(8, '-'))
    }
    sightings.isSecond('token')
    pass(0, 262_144)
    expect(sightings.isSecond('token')).toBe(true)
    pass(262_144, 262_144)
    expect(sightings.isSecond('token')).toBe(false)
  })
})

describe('the number of a token', () => {
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('is FNV-1a, of %j', (text, hash) => {
    expect(numberOf(text) >>> 0).toBe(hash)
  })

  it('is that of its last eight characters', () => {
    expect(numberOf('header.payload.12345678')).toBe(numberOf('12345678'))
    expect(numberOf('x2345678')).not.toBe(numberOf('12345678'))
    expect(numberOf('1234567x')).not.toBe(numberOf('12345678'))
  })
})
