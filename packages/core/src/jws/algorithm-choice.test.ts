import { createHmac, createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { importKeys } from '@sallyport/jwks'
import { describe, expect, it } from 'vitest'
import { expiredCertificate } from '../certificate.test.support.ts'
import { createFakeJwks } from '../fake-jwks.test.support.ts'
import { createVerifier, type VerifierOptions } from '../index.ts'
import { audience, codeOf, goodClaims, issuer, makeKey, type Members, mint, mintRaw } from '../mint.test.support.ts'

/** Without ML-DSA, which Node.js 20 does not have. */
const publicKeyNames = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 ES256K EdDSA Ed25519'.split(' ')
const es256 = makeKey('ES256')
const rs256 = makeKey('RS256')

const segment = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const inputWith = (header: Members) => `${segment(header)}.${segment(goodClaims())}`

function hmacToken(alg: string, secret: string | Uint8Array, header: Members = {}): string {
  const input = inputWith({ alg, typ: 'JWT', ...header })
  return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest('base64url')}`
}

describe('the allow-list', () => {
  it.each(['none', 'None', 'NONE', 'nOnE', 'none ', '\0none', 'es256', 'ES-256', 'ES256\0', 'RS1', 'HS256', 'dir', ''])(
    'JOSE-4: refuses %j before any key is looked at, signed, unsigned, or within a JWE header',
    async (alg) => {
      const { jwks, wanted } = createFakeJwks(() => importKeys({ keys: [es256.publicJwk] }))
      const verifier = createVerifier({ issuer, audience, jwks })
      const signed = mintRaw(es256, JSON.stringify({ alg, kid: es256.kid }), JSON.stringify(goodClaims()))
      for (const token of [signed, signed.replace(/[^.]*$/, ''), `${segment({ alg, enc: 'A256GCM' })}....`]) {
        expect(await codeOf(verifier.verify(token))).toBe('algorithm_refused')
      }
      expect(wanted).toEqual([])
      expect(await codeOf(verifier.verify(await mint(es256)))).toBe('accepted')
      expect(wanted).toHaveLength(1)
    },
  )

  it.each(publicKeyNames)('JOSE-4: accepts %s alone where that is all that is named', async (alg) => {
    const key = makeKey(alg)
    const keys = { keys: [key.publicJwk, rs256.publicJwk, es256.publicJwk] }
    const only = createVerifier({ issuer, audience, jwks: keys, algorithms: [alg] as never })
    const others = publicKeyNames.filter((name) => name !== alg)
    const without = createVerifier({ issuer, audience, jwks: keys, algorithms: others as never })
    const token =
      alg === 'ES256K' ? mintRaw(key, JSON.stringify({ alg }), JSON.stringify(goodClaims())) : await mint(key)
    expect(await codeOf(only.verify(token))).toBe('accepted')
    expect(await codeOf(without.verify(token))).toBe('algorithm_refused')
    for (const other of others) {
      const renamed = `${segment({ alg: other, kid: key.kid })}.${token.split('.').slice(1).join('.')}`
      expect(await codeOf(only.verify(renamed)), other).toBe('algorithm_refused')
    }
  })

  it('JOSE-4: is that of the issuer that the token names', async () => {
    const verifier = createVerifier({
      issuers: [
        { issuer, audience, jwks: { keys: [es256.publicJwk] }, algorithms: ['ES256'] },
        { issuer: `${issuer}/2`, audience, jwks: { keys: [rs256.publicJwk] }, algorithms: ['RS256'] },
        { issuer: `${issuer}/3`, audience, secret: 's'.repeat(32), algorithm: 'HS256' },
      ],
    })
    expect(await codeOf(verifier.verify(await mint(es256)))).toBe('accepted')
    expect(await codeOf(verifier.verify(await mint(rs256)))).toBe('algorithm_refused')
    expect(await codeOf(verifier.verify(hmacToken('HS256', 's'.repeat(32))))).toBe('algorithm_refused')
    expect(await codeOf(verifier.verify(await mint(es256, goodClaims({ iss: `${issuer}/2` }))))).toBe(
      'algorithm_refused',
    )
  })

  it('JOSE-4: is not widened by what a key set says', async () => {
    const es256k = makeKey('ES256K')
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [es256k.publicJwk, es256.publicJwk] } })
    const token = mintRaw(es256k, '{"alg":"ES256K","kid":"ES256K-1"}', JSON.stringify(goodClaims()))
    expect(await codeOf(verifier.verify(token))).toBe('algorithm_refused')
  })
})

describe('the fit of key and algorithm', () => {
  const keys = ['RS256', 'ES256', 'ES384', 'ES512', 'ES256K', 'EdDSA'].map((alg) => makeKey(alg, 'same'))
  const withoutAlg = keys.map(({ publicJwk }) => ({ ...publicJwk, alg: undefined }))
  const shapeOf = (alg: string) => (/^[RP]S/.test(alg) ? 'RS256' : alg === 'Ed25519' ? 'EdDSA' : alg)

  /** Signs with what the key can do, whatever the header says. */
  function signAs(alg: string, { privateKey, alg: own }: { privateKey: KeyObject; alg: string }): string {
    const input = inputWith({ alg, kid: 'same' })
    const hash = own === 'EdDSA' ? null : `sha${/(?<=S)\d{3}/.exec(alg)?.[0] ?? '256'}`
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363', ...(alg.startsWith('PS') && own === 'RS256' ? pss : {}) }
    return `${input}.${sign(hash, Buffer.from(input), key as never).toString('base64url')}`
  }
  const pss = { padding: 6, saltLength: -1 }

  it.each(publicKeyNames)('JOSE-5: is by kty and crv, for %s', async (alg) => {
    for (const [index, key] of keys.entries()) {
      const jwks = { keys: [withoutAlg[index]!] } as never
      const verifier = createVerifier({ issuer, audience, jwks, algorithms: publicKeyNames as never })
      const verdict = await codeOf(verifier.verify(signAs(alg, key)))
      expect(verdict, `${alg} by a key for ${key.alg}`).toBe(key.alg === shapeOf(alg) ? 'accepted' : 'key_unknown')
    }
  })

  it.each(publicKeyNames)('JOSE-5: is by the alg that the key was published for, for %s', async (alg) => {
    const key = keys.find((one) => one.alg === shapeOf(alg))!
    for (const own of publicKeyNames.filter((name) => shapeOf(name) === shapeOf(alg))) {
      const jwks = { keys: [{ ...key.publicJwk, alg: own }] } as never
      const verifier = createVerifier({ issuer, audience, jwks, algorithms: publicKeyNames as never })
      expect(await codeOf(verifier.verify(signAs(alg, key)))).toBe(own === alg ? 'accepted' : 'key_unknown')
    }
  })

  it.each<[string, Members, boolean]>([
    ['use sig', { use: 'sig' }, true],
    ['use enc', { use: 'enc' }, false],
    ['an unknown use', { use: 'x' }, false],
    ['key_ops verify', { use: undefined, key_ops: ['verify'] }, true],
    ['key_ops sign and verify', { use: undefined, key_ops: ['sign', 'verify'] }, true],
    ['key_ops sign', { use: undefined, key_ops: ['sign'] }, false],
    ['key_ops encrypt', { use: undefined, key_ops: ['encrypt'] }, false],
    ['key_ops that are no array', { use: undefined, key_ops: 'verify' }, false],
    ['an alg for encryption', { alg: 'RSA-OAEP-256' }, false],
    ['an alg of another kind', { alg: 'RS256' }, false],
    ['an alg that is no string', { alg: ['ES256'] }, false],
    ['no such members', { use: undefined, alg: undefined }, true],
  ])('JOSE-5: takes a key with %s or leaves it', async (_, members, taken) => {
    const jwk = { ...es256.publicJwk, ...members } as never
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [jwk, rs256.publicJwk] } })
    expect(await codeOf(verifier.verify(await mint(es256)))).toBe(taken ? 'accepted' : 'key_unknown')
  })

  it('JOSE-5: never takes a symmetric key from a key set, whoever asks for HMAC', async () => {
    const secret = Buffer.alloc(64, 1)
    const jwks = { keys: [{ kty: 'oct', k: secret.toString('base64url'), kid: 'h', use: 'sig' }, es256.publicJwk] }
    expect(importKeys(jwks).map(({ kty }) => kty)).toEqual(['EC'])
    const fixed = createVerifier({ issuer, audience, jwks } as VerifierOptions)
    const resolved = createVerifier({ resolveIssuer: () => ({ issuer, audience, jwks }) as never })
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      for (const header of [{ kid: 'h' }, {}, { kid: es256.kid }]) {
        const token = hmacToken(alg, secret, header)
        expect(await codeOf(fixed.verify(token))).toBe('algorithm_refused')
        expect(await codeOf(resolved.verify(token))).toBe('algorithm_refused')
      }
    }
  })
})

describe('a shared secret', () => {
  it.each([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const)('JOSE-5: verifies %s alone, when it is named with it', async (algorithm, length) => {
    const secret = Buffer.alloc(length, 'secret')
    const verifier = createVerifier({ issuer, audience, secret, algorithm })
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      expect(await codeOf(verifier.verify(hmacToken(alg, secret)))).toBe(
        alg === algorithm ? 'accepted' : 'algorithm_refused',
      )
    }
    expect(await codeOf(verifier.verify(hmacToken(algorithm, secret, { kid: 'any' })))).toBe('accepted')
    expect(await codeOf(verifier.verify(hmacToken(algorithm, Buffer.alloc(length, 'other'))))).toBe('signature_invalid')
    expect(await codeOf(verifier.verify(hmacToken(algorithm, '')))).toBe('signature_invalid')
    expect(await codeOf(verifier.verify(hmacToken(algorithm, secret).replace(/[^.]*$/, 'AAAA')))).toBe(
      'signature_invalid',
    )
  })

  it('JOSE-5: refuses HMAC by every form of the public key', async () => {
    const { privateKey, publicJwk } = rs256
    const publicKey = createPublicKey(privateKey)
    const spki = publicKey.export({ type: 'spki', format: 'pem' }) as string
    const secrets = [
      spki,
      spki.trim(),
      spki.replaceAll('\n', '\r\n'),
      publicKey.export({ type: 'pkcs1', format: 'pem' }) as string,
      publicKey.export({ type: 'spki', format: 'der' }),
      publicKey.export({ type: 'pkcs1', format: 'der' }),
      JSON.stringify(publicJwk),
      JSON.stringify({ keys: [publicJwk] }),
      publicJwk.n!,
      Buffer.from(publicJwk.n!, 'base64url'),
      '',
    ]
    const verifiers = [
      createVerifier({ issuer, audience, jwks: { keys: [publicJwk] } }),
      createVerifier({ issuer, audience, publicKey: spki, algorithm: 'RS256' }),
      createVerifier({ resolveIssuer: () => ({ issuer, audience, jwks: { keys: [publicJwk] } }) }),
    ]
    for (const secret of secrets) {
      for (const alg of ['HS256', 'HS384', 'HS512']) {
        const token = hmacToken(alg, secret, { kid: publicJwk.kid })
        for (const verifier of verifiers) expect(await codeOf(verifier.verify(token))).toBe('algorithm_refused')
      }
    }
  })
})

describe('a single public key', () => {
  it('verifies by the key of a certificate, whose dates are not looked at', async () => {
    const certificate = expiredCertificate(es256.privateKey)
    expect(new X509Certificate(certificate).validTo).toContain('2001')
    const verifier = createVerifier({ issuer, audience, publicKey: certificate, algorithm: 'ES256' })
    expect(await codeOf(verifier.verify(await mint(es256)))).toBe('accepted')
    expect(await codeOf(verifier.verify(await mint(makeKey('ES256'))))).toBe('signature_invalid')
  })
})
