import { createPublicKey, createSecretKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { distrustKey } from './distrust.ts'
import { makeKey, rsaJwk } from './keys.test.support.ts'
import { createKeyEntry, createPublishedKey } from './published-key.ts'
import { stopTime } from './time.test.support.ts'

const publicKeyOf = (jwk: unknown): KeyObject => createPublicKey({ format: 'jwk', key: jwk as JsonWebKey })

describe('createPublishedKey', () => {
  it('KEYS-8: names the key by its RFC 7638 thumbprint (the example of §3.1)', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
    const key = createPublishedKey(publicKeyOf({ kty: 'RSA', n, e: 'AQAB' }), { kid: 'k', alg: 'RS256' })
    expect(key).toMatchObject({ kid: 'k', alg: 'RS256', kty: 'RSA', crv: undefined, withdrawn: false })
    expect(key.thumbprint).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
  })

  it('KEYS-8: gives one thumbprint, in whatever form the members were published', () => {
    const { jwk, thumbprint } = makeKey('a')
    const padded = { ...jwk, x: `${String(jwk['x'])}=` }
    expect(createPublishedKey(publicKeyOf(padded)).thumbprint).toBe(thumbprint)
  })

  it('refuses what is not public, or verifies nothing', () => {
    const { privateKey } = makeKey('a')
    const x25519 = generateKeyPairSync('x25519').publicKey
    const brainpool = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' }).publicKey
    expect(() => createPublishedKey(privateKey)).toThrow('it is a private key, not a public one')
    expect(() => createPublishedKey(createSecretKey(Buffer.alloc(32)))).toThrow('it is a secret key')
    expect(() => createPublishedKey(x25519)).toThrow('keys of type x25519 verify no JWS algorithm here')
    expect(() => createPublishedKey(brainpool)).toThrow('no JWS algorithm here uses its curve')
  })

  it('JOSE-11: refuses a key that anybody can sign with, although Node.js takes it', () => {
    expect(() => createPublishedKey(publicKeyOf(rsaJwk(2048, 1n)))).toThrow('its RSA exponent is not an odd number')
    expect(() => createPublishedKey(publicKeyOf(rsaJwk(1024)))).toThrow('its RSA modulus has 1024 bits')
  })

  it('JOSE-5: refuses an alg that does not suit the key', () => {
    const key = publicKeyOf(makeKey('a').jwk)
    expect(() => createPublishedKey(key, { alg: 'ES384' })).toThrow('its alg does not suit it')
    expect(createPublishedKey(key, { alg: 'ES256' }).alg).toBe('ES256')
  })
})

describe('an entry', () => {
  const { jwk } = makeKey('a')
  const entry = (members = {}) => createKeyEntry(publicKeyOf(jwk), members)

  it('KEYS-8: is the same when thumbprint, kid and alg are', () => {
    expect(entry({ kid: 'a' }).identity).toBe(entry({ kid: 'a' }).identity)
    const others = [entry(), entry({ kid: 'b' }), entry({ alg: 'ES256' }), entry({ kid: 'a', alg: 'ES256' })]
    expect(new Set([...others, entry({ kid: 'a' })].map(({ identity }) => identity)).size).toBe(5)
    expect(createKeyEntry(publicKeyOf(makeKey('a').jwk), {}).identity).not.toBe(entry().identity)
  })

  it('KEYS-5: is withdrawn for good', () => {
    const key = entry()
    key.withdraw()
    key.liveFor({ untilMs: Number.POSITIVE_INFINITY })
    expect(key.withdrawn).toBe(true)
  })

  it('KEYS-4: ends with its set, by itself, unless the set is confirmed', () => {
    stopTime()
    const key = entry()
    const lifetime = { untilMs: 1_000 }
    key.liveFor(lifetime)
    vi.advanceTimersByTime(999)
    expect(key.withdrawn).toBe(false)
    lifetime.untilMs = 2_000
    vi.advanceTimersByTime(1_000)
    expect(key.withdrawn).toBe(false)
    vi.advanceTimersByTime(1)
    expect(key.withdrawn).toBe(true)
  })

  it('KEYS-10: is withdrawn as soon as its key is distrusted', () => {
    const key = entry({ kid: 'a' })
    distrustKey(key.thumbprint, 'thumbprint')
    expect(key.withdrawn).toBe(true)
    expect(entry({ kid: 'b' }).withdrawn).toBe(true)
  })
})
