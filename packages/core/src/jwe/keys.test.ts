import { createPrivateKey, createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { ConfigurationError } from '../configuration-error.ts'
import { createVerifier, type DecryptionKeyInput } from '../index.ts'
import { audience, codeOf, encrypt, issuer, makeKey, type Members, mint } from '../mint.test.support.ts'
import * as concatKdf from './concat-kdf.ts'

vi.mock('./concat-kdf.ts', async (importOriginal) => {
  const original = await importOriginal<typeof concatKdf>()
  return { ...original, deriveKey: vi.fn(original.deriveKey) }
})

const signer = makeKey('ES256')
const jwks = { keys: [signer.publicJwk] }
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const x25519 = generateKeyPairSync('x25519')

const verifierFor = (keys: readonly unknown[]) =>
  createVerifier({ issuer, audience, jwks, decryption: { keys: keys as DecryptionKeyInput[] } })
const jwkOf = (key: KeyObject, members: Members = {}) => ({ ...key.export({ format: 'jwk' }), ...members })
const secretJwk = (length: number, alg: string, members: Members = {}) =>
  jwkOf(createSecretKey(randomBytes(length)), { alg, ...members })

describe('a decryption key', () => {
  const pkcs8 = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })

  it.each<[string, unknown, KeyObject, string]>([
    ['PKCS #8', { key: pkcs8, algorithm: 'RSA-OAEP-256' }, rsa.publicKey, 'RSA-OAEP-256'],
    [
      'PKCS #1',
      { key: rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }), algorithm: 'RSA-OAEP' },
      rsa.publicKey,
      'RSA-OAEP',
    ],
    [
      'SEC 1',
      { key: ec.privateKey.export({ type: 'sec1', format: 'pem' }), algorithm: 'ECDH-ES' },
      ec.publicKey,
      'ECDH-ES',
    ],
    ['a KeyObject', { key: x25519.privateKey, algorithm: 'ECDH-ES+A256KW' }, x25519.publicKey, 'ECDH-ES+A256KW'],
    ['a JWK', jwkOf(rsa.privateKey), rsa.publicKey, 'RSA-OAEP-512'],
    ['a JWK with alg', jwkOf(ec.privateKey, { alg: 'ECDH-ES+A128KW' }), ec.publicKey, 'ECDH-ES+A128KW'],
    ['a JWK with use', jwkOf(ec.privateKey, { use: 'enc', key_ops: ['deriveKey'] }), ec.publicKey, 'ECDH-ES'],
  ])('JWE-1: is %s', async (_, input, publicKey, alg) => {
    expect(await codeOf(verifierFor([input]).verify(await encrypt(await mint(signer), publicKey, { alg })))).toBe(
      'accepted',
    )
  })

  it('JWE-1: with an alg is for that alone, without one for its family alone', async () => {
    const algorithms = ['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512']
    const token = (alg: string) => mint(signer).then((inner) => encrypt(inner, rsa.publicKey, { alg }))
    for (const alg of algorithms) {
      expect(await codeOf(verifierFor([jwkOf(rsa.privateKey)]).verify(await token(alg)))).toBe('accepted')
      for (const own of algorithms) {
        const verdict = await codeOf(verifierFor([jwkOf(rsa.privateKey, { alg: own })]).verify(await token(alg)))
        expect(verdict).toBe(own === alg ? 'accepted' : 'algorithm_refused')
      }
    }
    const forEc = await encrypt(await mint(signer), ec.publicKey, { alg: 'ECDH-ES' })
    expect(await codeOf(verifierFor([jwkOf(rsa.privateKey)]).verify(forEc))).toBe('algorithm_refused')
  })

  it.each<[string, unknown]>([
    ['keys[0].alg', secretJwk(32, 'RSA1_5')],
    ['keys[0].alg', jwkOf(rsa.privateKey, { alg: 'RSA1_5' })],
    ['keys[0].algorithm', { key: pkcs8, algorithm: 'RSA1_5' }],
    ['keys[0].alg', secretJwk(32, 'PBES2-HS256+A128KW')],
    ['keys[0].alg', secretJwk(32, 'PBES2-HS512+A256KW')],
    ['keys[0].key', { key: 'a password', algorithm: 'PBES2-HS384+A192KW' }],
    ['keys[0].algorithm', { key: randomBytes(16), algorithm: 'PBES2-HS384+A192KW' }],
    ['keys[0].alg', jwkOf(rsa.privateKey, { alg: 'RS256' })],
    ['keys[0].alg', jwkOf(ec.privateKey, { alg: 'RSA-OAEP' })],
    ['keys[0].alg', secretJwk(32, 'ECDH-ES')],
    ['keys[0].alg', jwkOf(createSecretKey(randomBytes(32)))],
    ['keys[0].algorithm', { key: pkcs8 }],
    ['keys[0].algorithm', { key: pkcs8, algorithm: 'ECDH-ES' }],
    ['keys[0].algorithm', { key: pkcs8, algorithm: 'constructor' }],
    ['keys[0].k', secretJwk(31, 'A256KW')],
    ['keys[0].k', secretJwk(33, 'A256GCMKW')],
    ['keys[0].k', { kty: 'oct', alg: 'dir', k: 'AA==' }],
    ['keys[0].k', { kty: 'oct', alg: 'dir' }],
    ['keys[0]', secretJwk(31, 'dir')],
    ['keys[0]', secretJwk(16, 'A256GCM')],
    ['keys[0]', jwkOf(rsa.publicKey)],
    ['keys[0]', jwkOf(ec.publicKey)],
    ['keys[0].key', { key: rsa.publicKey, algorithm: 'RSA-OAEP' }],
    ['keys[0].key', { key: 'no key', algorithm: 'RSA-OAEP' }],
    ['keys[0].key', { key: 7, algorithm: 'RSA-OAEP' }],
    ['keys[0].use', jwkOf(rsa.privateKey, { use: 'sig' })],
    ['keys[0].key_ops', jwkOf(rsa.privateKey, { key_ops: ['sign'] })],
    ['keys[0].key_ops', jwkOf(ec.privateKey, { key_ops: 'deriveKey' })],
    ['keys[0].kid', jwkOf(rsa.privateKey, { kid: 7 })],
    ['keys[0].kid', jwkOf(rsa.privateKey, { kid: 'x'.repeat(513) })],
    ['keys[0].kty', { ...jwkOf(rsa.privateKey), kty: 'rsa' }],
    ['keys[0]', generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })],
    ['keys[0]', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.export({ format: 'jwk' })],
    ['keys[0]', { ...jwkOf(ec.privateKey), x: jwkOf(ec.privateKey)['y'] }],
    ['keys[0]', { ...jwkOf(x25519.privateKey), x: jwkOf(generateKeyPairSync('x25519').publicKey)['x'] }],
    ['keys[0]', jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)],
    ['keys[0]', null],
    ['keys[0]', 'secret'],
    ['keys[0]', rsa.privateKey],
  ])('JWE-1, LOG-1: is refused, at %s, when it is unfit, and never shown', (option, key) => {
    const error = (() => {
      try {
        verifierFor([key])
      } catch (thrown) {
        return thrown
      }
      return undefined
    })() as ConfigurationError
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error.option).toBe(`decryption.${option}`)
    const shown = JSON.stringify([error, error.message])
    for (const name of ['k', 'd', 'p', 'q', 'dp', 'dq', 'qi']) {
      const value = (key as Members | null)?.[name]
      if (typeof value === 'string' && value.length > 8) expect(shown).not.toContain(value)
    }
    if (typeof key === 'string') expect(shown).not.toContain(`"${key}"`)
    expect(shown).not.toContain('MII')
  })

  it('JWE-1: is a whole pair: what others encrypt for it, it decrypts', () => {
    const other = jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)
    const mixed = { ...jwkOf(rsa.privateKey), n: other['n'] }
    expect(() => verifierFor([mixed])).toThrow(ConfigurationError)
    expect(() => createPrivateKey({ key: mixed as never, format: 'jwk' }).export({ format: 'jwk' })).not.toThrow()
  })
})

describe('several decryption keys', () => {
  const keys = Array.from({ length: 6 }, () => generateKeyPairSync('x25519'))
  const inputs = (count: number, kidOf: (index: number) => string | undefined) =>
    keys.slice(0, count).map(({ privateKey }, index) => ({ key: privateKey, algorithm: 'ECDH-ES', kid: kidOf(index) }))
  const tokenFor = async (index: number, kid?: string) =>
    encrypt(await mint(signer), keys[index]!.publicKey, { alg: 'ECDH-ES', ...(kid !== undefined && { kid }) })
  const named = (index: number) => `k${index}`
  const unnamed = () => undefined

  it('JWE-11: are chosen by kid, so that old and new tokens are read while keys are rotated', async () => {
    const verifier = verifierFor(inputs(6, named))
    for (const index of keys.keys()) {
      expect(await codeOf(verifier.verify(await tokenFor(index, named(index))))).toBe('accepted')
    }
    expect(await codeOf(verifier.verify(await tokenFor(0, 'k1')))).toBe('decryption_failed')
    for (const kid of ['k9', '', '__proto__', 'K0']) {
      expect(await codeOf(verifier.verify(await tokenFor(0, kid)))).toBe('decryption_failed')
    }
  })

  it('JWE-11: are tried one after another for a token without kid, four at most', async () => {
    const verifier = verifierFor(inputs(6, named))
    for (const index of keys.keys()) {
      expect(await codeOf(verifier.verify(await tokenFor(index)))).toBe(index < 4 ? 'accepted' : 'decryption_failed')
    }
  })

  it.each([
    ['named', named, 'k9', 0],
    ['named', named, undefined, 4],
    ['unnamed', unnamed, 'k9', 4],
    ['unnamed', unnamed, undefined, 4],
  ] as const)(
    'JWE-11, DOS-1: that are %s cost a stranger with the kid %s no more than that',
    async (_, kidOf, kid, most) => {
      const verifier = verifierFor(inputs(6, kidOf === named ? named : unnamed))
      const stranger = generateKeyPairSync('x25519').publicKey
      const token = await encrypt(await mint(signer), stranger, { alg: 'ECDH-ES', ...(kid !== undefined && { kid }) })
      vi.mocked(concatKdf.deriveKey).mockClear()
      expect(await codeOf(verifier.verify(token))).toBe('decryption_failed')
      expect(vi.mocked(concatKdf.deriveKey)).toHaveBeenCalledTimes(most)
    },
  )

  it('JWE-11: without a kid of their own are for tokens of any kid', async () => {
    const verifier = verifierFor(inputs(2, unnamed))
    for (const kid of [undefined, 'any']) {
      expect(await codeOf(verifier.verify(await tokenFor(1, kid)))).toBe('accepted')
    }
  })

  it('JWE-11: of one kid are refused where a token could mean both', () => {
    const same = inputs(2, () => 'same')
    expect(() => verifierFor(same)).toThrow(expect.objectContaining({ option: 'decryption.keys[1].kid' }))
    expect(() => verifierFor([{ ...same[0], algorithm: 'ECDH-ES+A128KW' }, same[1]])).not.toThrow()
  })
})

describe('options of decryption', () => {
  const key = secretJwk(32, 'dir')

  it.each<[string, unknown]>([
    ['decryption', 'keys'],
    ['decryption', null],
    ['decryption.keys', {}],
    ['decryption.keys', { keys: [] }],
    ['decryption.keys', { keys: key }],
    ['decryption.required', { keys: [key], required: 'yes' }],
    ['decryption.acceptUnsigned', { keys: [key], acceptUnsigned: 1 }],
    ['decryption.contentEncryption', { keys: [key], contentEncryption: [] }],
    ['decryption.contentEncryption', { keys: [key], contentEncryption: 'A256GCM' }],
    ['decryption.contentEncryption[1]', { keys: [key], contentEncryption: ['A256GCM', 'a128gcm'] }],
    ['decryption.keys[0]', { keys: [key], contentEncryption: ['A128GCM'] }],
    ['decryption.requried', { keys: [key], requried: true }],
    ['decryption.keys[0].kidd', { keys: [{ key: randomBytes(32), algorithm: 'dir', kidd: 'k' }] }],
  ])('%s is named when it is wrong', (option, decryption) => {
    expect(() => createVerifier({ issuer, audience, jwks, decryption: decryption as never })).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option }),
    )
  })
})
