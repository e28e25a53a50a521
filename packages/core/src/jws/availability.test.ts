import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findSignatureAlgorithm, isSecretAlgorithm, signatureAlgorithms } from './index.ts'

vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<{ createPublicKey: typeof createPublicKey }>()
  return { ...original, createPublicKey: vi.fn(original.createPublicKey) }
})

afterEach(() => void vi.mocked(createPublicKey).mockReset())

/** FIPS 204 §4, table 2: the lengths of public key and signature in bytes. */
const publicKeyLengths = { 'ML-DSA-44': 1312, 'ML-DSA-65': 1952, 'ML-DSA-87': 2592 } as const
const signatureLengths = { 'ML-DSA-44': 2420, 'ML-DSA-65': 3309, 'ML-DSA-87': 4627 } as const

/** A runtime that has ML-DSA: it takes a key whose parts are right, and no other. */
const importMlDsa = ((input: { key: JsonWebKey & { pub: string }; format: string }) => {
  const { kty, alg, pub } = input.key
  const length = publicKeyLengths[alg as keyof typeof publicKeyLengths]
  if (input.format === 'jwk' && kty === 'AKP' && Buffer.from(pub, 'base64url').length === length) return {}
  throw new TypeError('Invalid JWK')
}) as never

describe('whether a runtime has an algorithm', () => {
  it.each(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'])('is found out by importing a key, for %s', (alg) => {
    vi.mocked(createPublicKey).mockImplementation(importMlDsa)
    expect(findSignatureAlgorithm(alg)?.isAvailable?.()).toBe(true)
    vi.mocked(createPublicKey).mockImplementation(() => {
      throw new TypeError('Unsupported key type')
    })
    expect(findSignatureAlgorithm(alg)?.isAvailable?.()).toBe(false)
  })

  it('is asked of those alone that not every runtime has', () => {
    const asked = Object.keys(signatureAlgorithms).filter((name) => findSignatureAlgorithm(name)?.isAvailable)
    expect(asked).toEqual(Object.keys(publicKeyLengths))
  })
})

describe('the names of algorithms', () => {
  it('JOSE-4: are looked up exactly, and nothing that objects have besides', () => {
    for (const name of ['es256', 'ES256 ', 'none', '', 'constructor', '__proto__', 'toString']) {
      expect(findSignatureAlgorithm(name)).toBeUndefined()
      expect(isSecretAlgorithm(name)).toBe(false)
    }
  })

  it('JOSE-4: are accepted without being named where they are asymmetric and recommended', () => {
    const names = Object.keys(signatureAlgorithms).filter((name) => findSignatureAlgorithm(name)?.byDefault)
    expect(names.join(' ')).toBe('RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519')
  })

  it.each(Object.entries(signatureLengths))(
    'JOSE-10: come with the length of their signatures, %s with %i bytes',
    (alg, length) => {
      const ed25519 = generateKeyPairSync('ed25519').publicKey
      expect(findSignatureAlgorithm(alg)?.signatureLength(ed25519)).toBe(length)
    },
  )

  it('JOSE-5: are those of a shared secret for HMAC alone', () => {
    expect(Object.keys(signatureAlgorithms).filter(isSecretAlgorithm)).toEqual(['HS256', 'HS384', 'HS512'])
  })
})
