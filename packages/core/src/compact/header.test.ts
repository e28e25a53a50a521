import { describe, expect, it } from 'vitest'
import { AccessTokenError } from '../error.ts'
import { createVerifier } from '../index.ts'
import {
  audience,
  codeOf,
  encrypt,
  goodClaims,
  issuer,
  makeKey,
  type Members,
  mintRaw,
  refusalOf,
} from '../mint.test.support.ts'
import { normalizeMediaType, parseHeader } from './index.ts'

const segment = (header: string | Members) =>
  Buffer.from(typeof header === 'string' ? header : JSON.stringify(header)).toString('base64url')
const parse = (header: string | Members) => parseHeader(segment(header))

function codeOfHeader(header: string | Members): string {
  try {
    parse(header)
    return 'accepted'
  } catch (error) {
    expect(error).toBeInstanceOf(AccessTokenError)
    return (error as AccessTokenError).code
  }
}

const key = makeKey('ES256')
const secret = Buffer.alloc(32, 7)
const verifier = createVerifier({
  issuer,
  audience,
  jwks: { keys: [key.publicJwk] },
  decryption: { keys: [{ kty: 'oct', k: secret.toString('base64url'), alg: 'dir' }] },
})
const verdictOn = (header: string) => codeOf(verifier.verify(mintRaw(key, header, JSON.stringify(goodClaims()))))

function ofBytes(length: number): string {
  const frame = JSON.stringify({ alg: 'ES256', x: '' })
  return JSON.stringify({ alg: 'ES256', x: 'x'.repeat(length - frame.length) })
}

describe('parseHeader', () => {
  it('gives alg, kid, and one spelling of typ and cty', () => {
    const header = { alg: 'ES256', kid: 'k', typ: 'application/AT+JWT', cty: 'JWT', enc: 'A128GCM' }
    expect(parse(header)).toEqual({ alg: 'ES256', kid: 'k', typ: 'at+jwt', cty: 'jwt', members: header })
    expect(parse({ alg: 'x' })).toMatchObject({ alg: 'x', kid: undefined, typ: undefined, cty: undefined })
  })

  it('JOSE-2: refuses a header that is not canonical base64url', () => {
    const good = segment({ alg: 'ES256', kid: 'kk' })
    for (const bad of [
      '',
      `${good}=`,
      ` ${good}`,
      `${good}\n`,
      good.slice(0, -1),
      `${good}A`,
      good.replace(/.$/, '+'),
    ]) {
      expect(() => parseHeader(bad), bad).toThrow(AccessTokenError)
    }
    expect(parseHeader(good).kid).toBe('kk')
  })

  it('JOSE-3: takes a header of 4,096 bytes', () => {
    for (const length of [1000, 4094, 4095, 4096]) expect(codeOfHeader(ofBytes(length)), `${length}`).toBe('accepted')
  })

  it('JOSE-3: refuses a header over 4,096 bytes, and does not decode one that is far over it', () => {
    for (const length of [4097, 4098, 4099, 4100, 100_000]) {
      expect(codeOfHeader(ofBytes(length)), `${length}`).toBe('token_malformed')
    }
    expect(() => parseHeader('!'.repeat(16_000))).toThrow(AccessTokenError)
  })

  it.each([
    ['a duplicate', '{"alg":"ES256","alg":"ES256"}'],
    ['a duplicate by escape', '{"alg":"ES256","\\u0061lg":"ES256"}'],
    ['a duplicate that nothing reads', '{"alg":"ES256","x":1,"x":1}'],
    ['a duplicate in a member', '{"alg":"ES256","jwk":{"kty":"EC","kty":"RSA"}}'],
  ])('JOSE-3: refuses a header with %s', async (_, header) => {
    expect(codeOfHeader(header)).toBe('token_malformed')
    expect(await verdictOn(header)).toBe('token_malformed')
  })

  it('JOSE-3: does not take members from a __proto__ that the header has', async () => {
    expect(codeOfHeader('{"__proto__":{"alg":"ES256"}}')).toBe('token_malformed')
    expect(parse('{"alg":"ES256","__proto__":{"kid":"k","typ":"x"}}')).toMatchObject({ kid: undefined, typ: undefined })
    expect(await verdictOn('{"alg":"ES256","kid":"ES256-1","__proto__":{"crit":["x"]},"constructor":1}')).toBe(
      'accepted',
    )
  })

  it.each([[null], [1], [true], [['ES256']], [{ alg: 'ES256' }]])('JOSE-4: refuses the alg %j', (alg) => {
    expect(codeOfHeader({ alg })).toBe('token_malformed')
  })

  it.each([
    { crit: [] },
    { crit: null },
    { crit: false },
    { crit: '' },
    { crit: {} },
    { crit: ['alg'] },
    { crit: ['b64'], b64: true },
    { crit: ['b64'], b64: false },
    { crit: ['exp'], exp: 1 },
    { crit: ['http://example.com/UNDEFINED'], 'http://example.com/UNDEFINED': true },
    { b64: false },
    { b64: null },
    { b64: 0 },
    { b64: 'false' },
  ])('JOSE-7: refuses %j, of a JWS and of a JWE', async (members) => {
    expect(codeOfHeader({ alg: 'ES256', ...members })).toBe('token_malformed')
    expect(await verdictOn(JSON.stringify({ alg: 'ES256', kid: key.kid, ...members }))).toBe('token_malformed')
    const [, ...rest] = (await encrypt('x', secret)).split('.')
    const jwe = [segment({ alg: 'dir', enc: 'A256GCM', ...members }), ...rest].join('.')
    expect(await codeOf(verifier.verify(jwe))).toBe('token_malformed')
  })

  it('JOSE-7: refuses crit in the JWS within a JWE', async () => {
    const inner = mintRaw(key, JSON.stringify({ alg: 'ES256', kid: key.kid, crit: [] }), JSON.stringify(goodClaims()))
    expect(await codeOf(verifier.verify(await encrypt(inner, secret)))).toBe('token_malformed')
  })

  it('JOSE-8: takes a kid of up to 512 characters, and no other type', () => {
    expect(parse({ alg: 'ES256', kid: 'x'.repeat(512) }).kid).toHaveLength(512)
    expect(parse({ alg: 'ES256', kid: '' }).kid).toBe('')
    for (const kid of ['x'.repeat(513), null, 1, true, [], ['k'], {}]) {
      expect(codeOfHeader({ alg: 'ES256', kid })).toBe('token_malformed')
    }
  })

  it.each<[string, string]>([
    ['the header is not canonical base64url', `${segment({ alg: 'ES256' })}=`],
    ['the header is over 4096 bytes', segment(ofBytes(4097))],
    ['the header is over 4096 bytes', '!'.repeat(5463)],
    ['the header is not canonical base64url', '!'.repeat(5462)],
    ['the header is not a JSON object, or too large a one', segment('[]')],
    ['the header names a member twice', segment('{"alg":"ES256","alg":"ES256"}')],
    ['the header has crit', segment({ alg: 'ES256', crit: ['exp'] })],
    ['the header has b64 (RFC 7797)', segment({ alg: 'ES256', b64: false })],
    ['alg is not a string', segment({ kid: 'k' })],
    ['kid is not a string of at most 512 characters', segment({ alg: 'ES256', kid: 7 })],
    ['kid is not a string of at most 512 characters', segment({ alg: 'ES256', kid: 'x'.repeat(513) })],
    ['typ is not a string', segment({ alg: 'ES256', typ: 7 })],
    ['cty is not a string', segment({ alg: 'ES256', cty: 7 })],
  ])('says why it refuses a header: %s', async (reason, bad) => {
    expect(await refusalOf(() => parseHeader(bad))).toEqual({ code: 'token_malformed', reason })
  })

  it('takes b64 where it changes nothing', () => {
    expect(parse({ alg: 'ES256', b64: true }).alg).toBe('ES256')
  })

  it.each(['typ', 'cty'])('refuses a %s that is no string', (name) => {
    for (const value of [null, 1, [], {}, ['JWT']])
      expect(codeOfHeader({ alg: 'x', [name]: value })).toBe('token_malformed')
  })
})

describe('the look-up of a key id', () => {
  it.each([
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'length',
    '0',
    'keys',
    '.*',
    'ES256-1\0',
    'ES256-1 ',
    'es256-1',
    '../ES256-1',
    "' OR '1'='1",
    'ES256\u20111',
  ])('JOSE-8: is by equality alone, so that %j finds nothing', async (kid) => {
    expect(await verdictOn(JSON.stringify({ alg: 'ES256', kid }))).toBe('key_unknown')
  })

  it('JOSE-8: finds a key whatever its kid looks like', async () => {
    for (const kid of ['__proto__', 'constructor', '0', '', 'a.b/c?d#e', 'schlüssel-😀', 'x'.repeat(512)]) {
      const odd = createVerifier({ issuer, audience, jwks: { keys: [{ ...key.publicJwk, kid }] } })
      const token = mintRaw(key, JSON.stringify({ alg: 'ES256', kid }), JSON.stringify(goodClaims()))
      expect(await codeOf(odd.verify(token)), kid).toBe('accepted')
      expect(await codeOf(verifier.verify(token)), kid).toBe('key_unknown')
    }
  })
})

describe('normalizeMediaType', () => {
  it.each([
    ['JWT', 'jwt'],
    ['application/at+jwt', 'at+jwt'],
    ['APPLICATION/AT+JWT', 'at+jwt'],
    ['application/application/jwt', 'application/jwt'],
    ['text/jwt', 'text/jwt'],
    ['', ''],
  ])('JOSE-14: makes of %j the name %j', (value, name) => {
    expect(normalizeMediaType(value)).toBe(name)
  })
})
