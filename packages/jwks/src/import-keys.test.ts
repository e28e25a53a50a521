import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type ExposedKey, importKeys, type SkippedKey } from './import-keys.ts'
import { makeKey, rsaJwk } from './keys.test.support.ts'

const good = makeKey('good')
const ec = makeKey('ec').jwk
const okp = makeKey('okp', 'EdDSA').jwk

/** The key among good neighbours: why it was left out, `undefined` when it was taken. */
function reasonFor(jwk: unknown): string | undefined {
  const skipped: SkippedKey[] = []
  const neighbour = makeKey('neighbour')
  const keys = importKeys({ keys: [good.jwk, jwk, neighbour.jwk] }, { onSkipped: (one) => skipped.push(one) })
  const thumbprints = keys.map(({ thumbprint }) => thumbprint)
  expect(thumbprints).toContain(good.thumbprint)
  expect(thumbprints).toContain(neighbour.thumbprint)
  expect(keys.length + skipped.length).toBe(3)
  return skipped[0]?.reason
}

function publicJwk(type: 'x25519' | 'ed448'): JsonWebKey {
  const { publicKey } = type === 'x25519' ? generateKeyPairSync('x25519') : generateKeyPairSync('ed448')
  return publicKey.export({ format: 'jwk' })
}

describe('importKeys', () => {
  it.each(['ES256', 'ES384', 'ES512', 'ES256K', 'EdDSA'])('takes a key for %s as it was published', (alg) => {
    const { jwk, thumbprint } = makeKey('a', alg)
    const [key] = importKeys({ keys: [jwk] })
    expect(key).toMatchObject({ kid: 'a', alg, kty: jwk['kty'], crv: jwk['crv'], thumbprint, withdrawn: false })
    expect(key!.key.type).toBe('public')
  })

  it('takes a key without kid, alg, use and key_ops', () => {
    const { kty, crv, x, y } = ec
    const [key] = importKeys({ keys: [{ kty, crv, x, y }] })
    expect(key).toMatchObject({ kid: undefined, alg: undefined })
  })

  it.each([
    ['null', null, 'it is not an object'],
    ['a text', 'key', 'it is not an object'],
    ['an array', [], 'its kty is none of RSA, EC, OKP, AKP'],
    ['a kty of another kind', { ...ec, kty: 'XYZ' }, 'its kty is none of RSA, EC, OKP, AKP'],
    ['a kty that is in every object', { ...ec, kty: 'constructor' }, 'its kty is none of RSA, EC, OKP, AKP'],
    ['a kty in lower case', { ...ec, kty: 'ec' }, 'its kty is none of RSA, EC, OKP, AKP'],
    ['an encryption key', { ...ec, use: 'enc' }, 'its use is not "sig"'],
    ['a use that is no text', { ...ec, use: ['sig'] }, 'its use is not "sig"'],
    ['key_ops without verify', { ...ec, key_ops: ['sign'] }, 'its key_ops do not include "verify"'],
    ['empty key_ops', { ...ec, key_ops: [] }, 'its key_ops do not include "verify"'],
    ['key_ops that are no array', { ...ec, key_ops: 'verify' }, 'its key_ops do not include "verify"'],
    ['an alg of another curve', { ...ec, alg: 'ES384' }, 'its alg does not suit it'],
    ['an alg of another kty', { ...ec, alg: 'RS256' }, 'its alg does not suit it'],
    ['an alg for encryption', { ...rsaJwk(), alg: 'RSA-OAEP' }, 'its alg does not suit it'],
    ['the alg none', { ...rsaJwk(), alg: 'none' }, 'its alg does not suit it'],
    ['an alg that is no text', { ...ec, alg: 256 }, 'its alg is not a string'],
    ['a key for key agreement', publicJwk('x25519'), 'keys of type x25519 verify no JWS algorithm here'],
    ['a curve of the same kty', publicJwk('ed448'), 'keys of type ed448 verify no JWS algorithm here'],
  ])('JOSE-5, KEYS-6: skips %s', (_, jwk, reason) => {
    expect(reasonFor(jwk)).toBe(reason)
  })

  it('JOSE-5: never takes a symmetric key, whatever else it says it is', () => {
    const reason = 'it is symmetric: such a key is never taken from a key set'
    expect(reasonFor({ kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' })).toBe(reason)
    expect(reasonFor({ ...ec, kty: 'oct', k: 'c2VjcmV0' })).toBe(reason)
    expect(reasonFor({ ...rsaJwk(), alg: 'HS256' })).toBe('its alg does not suit it')
  })

  it('JOSE-8: takes a kid of 512 characters, and skips a longer one or one that is no text', () => {
    const reason = 'its kid is not a string of at most 512 characters'
    expect(reasonFor({ ...ec, kid: 'k'.repeat(512) })).toBeUndefined()
    expect(reasonFor({ ...ec, kid: 'k'.repeat(513) })).toBe(reason)
    for (const kid of [null, 1, {}, ['good']]) expect(reasonFor({ ...ec, kid })).toBe(reason)
  })

  it.each([
    [2047, 65_537n, 'its RSA modulus has 2047 bits, at least 2048 are needed'],
    [1024, 65_537n, 'its RSA modulus has 1024 bits, at least 2048 are needed'],
    [2048, 65_537n, undefined],
    [8192, 65_537n, undefined],
    [8193, 65_537n, 'its RSA modulus has 8193 bits, at most 8192 are taken'],
    [2048, 3n, undefined],
    [2048, 2n ** 32n - 1n, undefined],
    [2048, 0n, 'its RSA exponent is not an odd number from 3 to 2^32'],
    [2048, 1n, 'its RSA exponent is not an odd number from 3 to 2^32'],
    [2048, 65_536n, 'its RSA exponent is not an odd number from 3 to 2^32'],
    [2048, 2n ** 32n + 1n, 'its RSA exponent is not an odd number from 3 to 2^32'],
  ])('JOSE-11: judges an RSA key of %d bits with exponent %s', (bits, exponent, reason) => {
    expect(reasonFor(rsaJwk(bits, exponent))).toBe(reason)
  })

  it.each([
    ['a point that is not on its curve', { ...ec, y: ec['x'] }, 'its members make no valid public key'],
    ['a point of another curve', { ...ec, crv: 'P-384' }, 'its members make no valid public key'],
    ['the point 0, 0', { ...ec, x: 'AA', y: 'AA' }, 'its members make no valid public key'],
    ['a curve that nobody knows', { ...ec, crv: 'P-257' }, 'its members make no valid public key'],
    ['a point without y', { ...ec, y: undefined }, 'its member y is missing or malformed'],
    ['a coordinate that is no text', { ...ec, x: 5 }, 'its member x is missing or malformed'],
    ['a coordinate that is no base64url', { ...ec, x: '!!!!' }, 'its member x is missing or malformed'],
    ['a coordinate in base64 with + and /', { ...ec, x: 'ab+/' }, 'its member x is missing or malformed'],
    ['an Ed25519 key that is too short', { ...okp, x: 'AAAA' }, 'its members make no valid public key'],
    ['an RSA key without n', { kty: 'RSA', e: 'AQAB' }, 'its member n is missing or malformed'],
  ])('JOSE-11, KEYS-6: skips %s', (_, jwk, reason) => {
    expect(reasonFor(jwk)).toBe(reason)
  })

  it('reads nothing of x5c, x5u, jku and jwk', () => {
    const stranger = makeKey('stranger').jwk
    const [key] = importKeys({
      keys: [{ ...good.jwk, jwk: stranger, x5c: ['MIIB'], x5u: 'https://evil.example/', jku: 'https://evil.example/' }],
    })
    expect(key!.thumbprint).toBe(good.thumbprint)
  })

  it('KEYS-6: ignores private members, and reports who published them', () => {
    const exposed: ExposedKey[] = []
    const { privateKey, thumbprint } = good
    const published = { ...privateKey.export({ format: 'jwk' }), kid: 'exposed' }
    const onExposed = (one: ExposedKey) => exposed.push(one)
    const [key] = importKeys({ keys: [published] }, { onExposed })
    expect(key!.key.type).toBe('public')
    expect(exposed).toEqual([{ kid: 'exposed', thumbprint }])
    importKeys({ keys: [{ ...good.jwk, kid: 'exposed' }, published] }, { onExposed })
    expect(exposed).toHaveLength(2)
  })

  it('KEYS-6: says which key it left out, but nothing of it', () => {
    const skipped: SkippedKey[] = []
    importKeys({ keys: [{ ...ec, kid: 'k'.repeat(600) }] }, { onSkipped: (one) => skipped.push(one) })
    expect(skipped[0]?.kid).toBe('k'.repeat(512))
    expect(JSON.stringify(skipped)).not.toContain(String(ec['x']))
  })

  it('takes the same key twice for one, and keeps the order of others', () => {
    const other = makeKey('good')
    const keys = importKeys({ keys: [other.jwk, good.jwk, good.jwk, { ...good.jwk, kid: 'alias' }] })
    expect(keys.map(({ thumbprint, kid }) => [thumbprint, kid])).toEqual([
      [other.thumbprint, 'good'],
      [good.thumbprint, 'good'],
      [good.thumbprint, 'alias'],
    ])
  })

  it('KEYS-1: takes as many keys as maxKeys says, 100 by default', () => {
    const list = (length: number) => ({ keys: Array.from({ length }, () => good.jwk) })
    expect(importKeys(list(100))).toHaveLength(1)
    expect(() => importKeys(list(101))).toThrow('it has 101 keys, at most 100 are taken')
    expect(() => importKeys(list(3), { maxKeys: 2 })).toThrow('it has 3 keys, at most 2 are taken')
  })

  it.each([undefined, null, [], {}, { keys: {} }, { keys: 'x' }, 'keys'])(
    'refuses %j, which is no key set',
    (document) => {
      expect(() => importKeys(document)).toThrow('it has no array "keys"')
    },
  )
})
