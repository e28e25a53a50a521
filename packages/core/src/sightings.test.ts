import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Sightings } from './sightings.ts'

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
})
