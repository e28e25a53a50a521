import { describe, expect, it } from 'vitest'
import type { JoseHeader } from './compact/index.ts'
import { KnownHeaders } from './signed-token.ts'

const segmentOf = (kid: string) => Buffer.from(JSON.stringify({ alg: 'ES256', kid })).toString('base64url')

/** Parses a header and remembers it, as is done when its token has passed. */
function learn(headers: KnownHeaders, kid: string): JoseHeader {
  const segment = segmentOf(kid)
  const header = headers.parse(segment)
  headers.remember(segment, header)
  return header
}

describe('headers that were seen before', () => {
  it('are parsed once, by their whole text', () => {
    const headers = new KnownHeaders()
    const header = learn(headers, 'a')
    expect(headers.parse(segmentOf('a'))).toBe(header)
    expect(headers.parse(segmentOf('b'))).toMatchObject({ kid: 'b' })
  })

  it('DOS-2: are 256 at most, and none that is long', () => {
    const headers = new KnownHeaders()
    const learnt = Array.from({ length: 300 }, (_, index) => ({
      kid: `k${index}`,
      header: learn(headers, `k${index}`),
    }))
    const kept = learnt.filter(({ kid, header }) => headers.parse(segmentOf(kid)) === header)
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.length).toBeLessThanOrEqual(256)
  })

  it('DOS-2: are at most 1,024 characters long', () => {
    const headers = new KnownHeaders()
    const isRemembered = (bytes: number, length: number) => {
      const segment = Buffer.from('{"alg":"ES256"}'.padEnd(bytes)).toString('base64url')
      expect(segment).toHaveLength(length)
      const header = headers.parse(segment)
      headers.remember(segment, header)
      return headers.parse(segment) === header
    }
    expect(isRemembered(768, 1_024)).toBe(true)
    expect(isRemembered(769, 1_026)).toBe(false)
  })

  it('are found also when another came last', () => {
    const headers = new KnownHeaders()
    const [first, second] = [learn(headers, 'a'), learn(headers, 'b')]
    expect(['a', 'b', 'a'].map((kid) => headers.parse(segmentOf(kid)))).toEqual([first, second, first])
    expect(headers.parse(segmentOf('a'))).toBe(first)
    expect(headers.parse(segmentOf('b'))).toBe(second)
  })
})
