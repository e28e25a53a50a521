import { createHash, createPublicKey, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { expiredCertificate } from '../certificate.test.support.ts'
import { ConfigurationError } from '../configuration-error.ts'
import { createVerifier, type VerifierEvent } from '../index.ts'
import { serve } from '../loopback.test.support.ts'
import { audience, codeOf, goodClaims, issuer, makeKey, type Members, mint, mintRaw } from '../mint.test.support.ts'

const es256 = makeKey('ES256')
const es384 = makeKey('ES384')
const claims = () => JSON.stringify(goodClaims())

describe('keys that a token brings along', () => {
  it('JOSE-6: never verify it, and are never fetched', async () => {
    const requests: string[] = []
    const stranger = makeKey('ES256', 'stranger')
    const certificate = expiredCertificate(stranger.privateKey)
    const der = certificate.replaceAll(/-----[^-]+-----|\n/g, '')
    const origin = await serve((req, res) => {
      requests.push(req.url ?? '')
      res.end(req.url === '/x' ? certificate : JSON.stringify({ keys: [stranger.publicJwk] }))
    })
    const digest = (hash: string) => createHash(hash).update(Buffer.from(der, 'base64')).digest('base64url')
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [es256.publicJwk] } })
    for (const member of [
      { jwk: stranger.publicJwk },
      { jku: `${origin}/jwks` },
      { x5u: `${origin}/x` },
      { x5c: [der] },
      { x5t: digest('sha1') },
      { 'x5t#S256': digest('sha256') },
      { jwk: stranger.publicJwk, jku: `${origin}/jwks`, x5u: `${origin}/x`, x5c: [der] },
    ]) {
      const forged = (kid: string | undefined) =>
        mintRaw(stranger, JSON.stringify({ alg: 'ES256', kid, ...member }), claims())
      expect(await codeOf(verifier.verify(forged('stranger')))).toBe('key_unknown')
      expect(await codeOf(verifier.verify(forged(es256.kid)))).toBe('signature_invalid')
      expect(await codeOf(verifier.verify(forged(undefined)))).toBe('signature_invalid')
      const good = mintRaw(es256, JSON.stringify({ alg: 'ES256', kid: es256.kid, ...member }), claims())
      expect(await codeOf(verifier.verify(good))).toBe('accepted')
    }
    expect(requests).toEqual([])
  })

  it('JOSE-6: are not looked at, even when they are nonsense', async () => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [es256.publicJwk] } })
    for (const member of [{ jwk: 7 }, { jku: null }, { x5u: {} }, { x5c: 'x' }, { x5t: [] }]) {
      const token = mintRaw(es256, JSON.stringify({ alg: 'ES256', kid: es256.kid, ...member }), claims())
      expect(await codeOf(verifier.verify(token))).toBe('accepted')
    }
  })
})

describe('several suitable keys', () => {
  const keys = Array.from({ length: 6 }, (_, index) => makeKey('ES256', `k${index}`))
  const verifierOf = (count: number, change: (jwk: Members) => Members = (jwk) => jwk) => {
    const jwks = { keys: [...keys.slice(0, count).map(({ publicJwk }) => change(publicJwk)), es384.publicJwk] }
    return createVerifier({ issuer, audience, jwks: jwks as never })
  }
  const tokenBy = (index: number, kid?: string) => mint(keys[index]!, goodClaims(), { kid })

  it('JOSE-9: are tried one after another for a token without kid, at most four', async () => {
    for (let count = 1; count <= 6; count++) {
      for (let index = 0; index < 6; index++) {
        const verdict = count > 4 ? 'key_unknown' : index < count ? 'accepted' : 'signature_invalid'
        expect(await codeOf(verifierOf(count).verify(await tokenBy(index)))).toBe(verdict)
      }
    }
  })

  it('JOSE-9: are those of one kid too, where it was published more than once', async () => {
    for (let count = 1; count <= 6; count++) {
      const verifier = verifierOf(count, (jwk) => ({ ...jwk, kid: 'same' }))
      const verdict = count > 4 ? 'key_unknown' : 'accepted'
      expect(await codeOf(verifier.verify(await tokenBy(count - 1, 'same')))).toBe(verdict)
      expect(await codeOf(verifier.verify(await tokenBy(0, 'k0')))).toBe('key_unknown')
    }
  })

  it('JOSE-9: are only those that fit the algorithm', async () => {
    const verifier = verifierOf(6)
    expect(await codeOf(verifier.verify(await mint(es384, goodClaims(), { kid: undefined })))).toBe('accepted')
  })

  it('JOSE-9: are counted once, where a key was published twice', async () => {
    const jwks = { keys: [1, 2, 3, 4, 5, 6].map(() => es256.publicJwk) }
    const verifier = createVerifier({ issuer, audience, jwks })
    expect(await codeOf(verifier.verify(await mint(es256, goodClaims(), { kid: undefined })))).toBe('accepted')
  })

  it('JOSE-9: a token that names a kid is tried with no other key', async () => {
    const verifier = verifierOf(3)
    expect(await codeOf(verifier.verify(await tokenBy(1, 'k0')))).toBe('signature_invalid')
    expect(await codeOf(verifier.verify(await tokenBy(1, 'k9')))).toBe('key_unknown')
    const unnamed = verifierOf(3, (jwk) => ({ ...jwk, kid: undefined }))
    expect(await codeOf(unnamed.verify(await tokenBy(1, 'k1')))).toBe('key_unknown')
  })
})

/** A modulus of a length, odd and with its highest bit set: what makes it a modulus is not looked at. */
function modulus(bits: number): string {
  const bytes = randomBytes(Math.ceil(bits / 8))
  const highest = (bits - 1) % 8
  bytes.writeUInt8((bytes.readUInt8(0) & ((1 << highest) - 1)) | (1 << highest), 0)
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) | 1, bytes.length - 1)
  return bytes.toString('base64url')
}

const exponent = (value: bigint) => {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

/** Whether a key set of this one key can be configured. */
function isUsable(jwk: Members): boolean {
  try {
    createVerifier({ issuer, audience, jwks: { keys: [jwk] } as never })
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return false
  }
}

describe('weak and invalid keys', () => {
  it.each([
    [512, false],
    [1024, false],
    [2040, false],
    [2047, false],
    [2048, true],
    [3072, true],
    [4096, true],
    [8192, true],
    [8193, false],
    [16_384, false],
  ])('JOSE-11: an RSA modulus of %i bits is usable: %s', (bits, usable) => {
    expect(isUsable({ kty: 'RSA', n: modulus(bits), e: 'AQAB' })).toBe(usable)
  })

  it('JOSE-11: an RSA modulus is not longer for the zeros before it', () => {
    const short = Buffer.concat([Buffer.alloc(200), Buffer.from(modulus(1024), 'base64url')]).toString('base64url')
    expect(isUsable({ kty: 'RSA', n: short, e: 'AQAB' })).toBe(false)
  })

  it.each([
    [0n, false],
    [1n, false],
    [2n, false],
    [3n, true],
    [4n, false],
    [17n, true],
    [65_536n, false],
    [65_537n, true],
    [2n ** 32n - 1n, true],
    [2n ** 32n, false],
    [2n ** 32n + 1n, false],
    [2n ** 64n + 1n, false],
    [2n ** 2048n - 1n, false],
  ])('JOSE-11: an RSA exponent of %s is usable: %s', (e, usable) => {
    expect(isUsable({ kty: 'RSA', n: modulus(2048), e: exponent(e) })).toBe(usable)
  })

  it.each(['ES256', 'ES384', 'ES512', 'ES256K'])(
    'JOSE-11: a point that is not on the curve is no key, for %s',
    (alg) => {
      const { publicJwk } = makeKey(alg)
      expect(isUsable(publicJwk)).toBe(true)
      const { x, y } = publicJwk
      const flip = (coordinate: string) => {
        const bytes = Buffer.from(coordinate, 'base64url')
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
        return bytes.toString('base64url')
      }
      const zeros = Buffer.alloc(Buffer.from(x!, 'base64url').length).toString('base64url')
      for (const point of [
        { x: flip(x!) },
        { y: flip(y!) },
        { x: y, y: x },
        { x: zeros, y: zeros },
        { x: '', y: '' },
        { y: undefined },
        { crv: 'P-256K' },
        { crv: alg === 'ES256' ? 'secp256k1' : 'P-256' },
      ]) {
        expect(isUsable({ ...publicJwk, alg: undefined, ...point }), JSON.stringify(point)).toBe(false)
      }
    },
  )

  it.each(['Ed448', 'X25519', 'X448', 'P-256', ''])(
    'JOSE-11: an octet key pair on %s is no key to verify with',
    (crv) => {
      const x = Buffer.alloc(32, 9).toString('base64url')
      expect(isUsable({ kty: 'OKP', crv, x })).toBe(false)
    },
  )

  it('JOSE-11: an Ed25519 key of another length is none', () => {
    for (const length of [0, 31, 33, 57]) {
      expect(isUsable({ kty: 'OKP', crv: 'Ed25519', x: Buffer.alloc(length, 9).toString('base64url') })).toBe(false)
    }
  })

  it.each([
    ['publicKey', { publicKey: createPublicKey({ key: rsa(1024), format: 'jwk' }), algorithm: 'RS256' }],
    ['publicKey', { publicKey: createPublicKey({ key: rsa(2048, 'AQ'), format: 'jwk' }), algorithm: 'PS512' }],
  ])('JOSE-11: are refused as the option %s too', (option, options) => {
    expect(() => createVerifier({ issuer, audience, ...options } as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option }),
    )
  })

  it('JOSE-11: are left out of a fetched set with an event each, and spoil none beside them', async () => {
    const weak = [
      { ...rsa(1024), kid: 'short' },
      { ...rsa(2048, 'AQ'), kid: 'e1' },
      { ...es384.publicJwk, x: es384.publicJwk.y, kid: 'off' },
      { kty: 'oct', k: 'AAAA', kid: 'secret' },
    ]
    const origin = await serve((_, res) => void res.end(JSON.stringify({ keys: [...weak, es256.publicJwk] })))
    const verifier = createVerifier({ issuer, audience, jwksUri: `${origin}/jwks` })
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))
    expect(await codeOf(verifier.verify(await mint(es256)))).toBe('accepted')
    const skipped = events.flatMap((event) =>
      event.type === 'keys' && event.event.type === 'keySkipped' ? [event.event.kid] : [],
    )
    expect(skipped).toEqual(['short', 'e1', 'off', 'secret'])
  })
})

function rsa(bits: number, e = 'AQAB') {
  return { kty: 'RSA', n: modulus(bits), e }
}
