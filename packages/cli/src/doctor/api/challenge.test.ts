import { describe, expect, it } from 'vitest'
import { parseChallenges } from './challenge.ts'

function parsed(field: string) {
  return parseChallenges(field)?.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])
}

describe('a WWW-Authenticate field (RFC 9110 §11.6.1)', () => {
  it.each([
    ['Bearer', [['bearer', {}]]],
    ['Bearer realm="a, b", error="invalid_token"', [['bearer', { realm: 'a, b', error: 'invalid_token' }]]],
    ['Bearer error=invalid_token', [['bearer', { error: 'invalid_token' }]]],
    ['BEARER Realm = "x"', [['bearer', { realm: 'x' }]]],
    ['Bearer realm="a\\"b\\\\c"', [['bearer', { realm: 'a"b\\c' }]]],
    [
      'Basic realm="x", Bearer error="a", DPoP algs="ES256 PS256"',
      [
        ['basic', { realm: 'x' }],
        ['bearer', { error: 'a' }],
        ['dpop', { algs: 'ES256 PS256' }],
      ],
    ],
    [
      'Negotiate dGVzdA==, Bearer',
      [
        ['negotiate', {}],
        ['bearer', {}],
      ],
    ],
    [
      'Bearer, DPoP',
      [
        ['bearer', {}],
        ['dpop', {}],
      ],
    ],
    [', Bearer,, realm="x",', undefined],
    ['Bearer realm="x",, error="y"', [['bearer', { realm: 'x', error: 'y' }]]],
    ['', []],
  ])('%j is parsed', (field, challenges) => expect(parsed(field)).toEqual(challenges))

  it.each([
    'Bearer realm="open',
    'Bearer realm="a" error="b"',
    'Bearer realm=a b',
    'Bearer realm="a", realm="b"',
    'Bearer error="a',
    'Bearer error=,a=',
    'Bearer "text"',
    '{"error":"invalid_token"}',
    'Bearer realm="\u0001"',
  ])('%j does not follow the grammar', (field) => expect(parsed(field)).toBeUndefined())

  it('is parsed in time that grows with its length only', () => {
    const start = performance.now()
    for (const text of ['Bearer a=', 'a,', '"\\', 'Bearer ', ',', 'a ']) parseChallenges(text.repeat(4_000))
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})
