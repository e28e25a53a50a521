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
    const long = Buffer.from(JSON.stringify({ alg: 'ES256', x: 'x'.repeat(1000) })).toString('base64url')
    const header = headers.parse(long)
    headers.remember(long, header)
    expect(headers.parse(long)).not.toBe(header)
  })
})
