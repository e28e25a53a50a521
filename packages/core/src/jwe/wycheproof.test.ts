import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseHeader, splitToken } from '../compact/index.ts'
import { AccessTokenError } from '../error.ts'
import { createDecryption, type DecryptionKeyInput, decryptJwe } from './index.ts'

interface Vector {
  readonly tcId: number
  readonly comment: string
  readonly jwe?: string | object
  readonly pt?: string
  readonly result: 'valid' | 'invalid'
}

interface File {
  readonly testGroups: readonly { readonly private: DecryptionKeyInput & { alg?: string }; readonly tests: Vector[] }[]
}

function load(name: string) {
  const url = new URL(`../../../../test/vectors/wycheproof/${name}`, import.meta.url)
  const { testGroups } = JSON.parse(readFileSync(url, 'utf8')) as File
  return testGroups.flatMap(({ private: key, tests }) =>
    tests.filter(({ jwe }) => jwe !== undefined).map((vector) => ({ ...vector, key })),
  )
}

/** JSON serialization comes as an object or as text; both are no compact serialization. */
async function decrypt(key: DecryptionKeyInput, { jwe }: Vector): Promise<Buffer> {
  const decryption = createDecryption({ keys: [key] })
  const segments = typeof jwe === 'string' ? splitToken(jwe) : undefined
  if (segments?.length !== 5) throw new AccessTokenError('token_malformed')
  return decryptJwe(decryption, parseHeader(segments[0]!), segments)
}

/** Stricter than "valid": RSA1_5 keys are refused when they are configured, and `zip` in every token (JWE-1, JWE-2). */
const stricter = (vector: Vector & { key: { alg?: string } }) => vector.key.alg === 'RSA1_5' || vector.tcId === 135

const encryption = load('json_web_encryption_test.json')
const crypto = load('json_web_crypto_test.json')
const vectors = [...encryption, ...crypto.map((vector) => ({ ...vector, comment: `crypto: ${vector.comment}` }))]

describe('Wycheproof', () => {
  it('has the vectors it is known for', () => {
    expect([encryption.length, crypto.length]).toEqual([139, 34])
    expect(vectors.filter((vector) => vector.result === 'valid' && stricter(vector))).toHaveLength(9)
  })

  const valid = vectors.filter((vector) => vector.result === 'valid' && !stricter(vector))
  it.each(valid)('JWE-1: decrypts $tcId $comment', async (vector) => {
    const plaintext = await decrypt(vector.key, vector)
    expect(plaintext.length).toBeGreaterThan(0)
    if (vector.pt !== undefined) expect(plaintext.toString('hex')).toBe(vector.pt)
  })

  const invalid = vectors.filter((vector) => vector.result === 'invalid' && vector.key.alg !== 'RSA1_5')
  it.each(invalid)('JWE-6: refuses $tcId $comment', async (vector) => {
    await expect(decrypt(vector.key, vector)).rejects.toBeInstanceOf(AccessTokenError)
  })

  it('JWE-2: refuses the valid vector with zip', async () => {
    const vector = encryption.find(({ tcId }) => tcId === 135)!
    await expect(decrypt(vector.key, vector)).rejects.toMatchObject({ code: 'algorithm_refused' })
  })

  it('JWE-1: refuses keys for RSA1_5', () => {
    const keys = vectors.map(({ key }) => key).filter(({ alg }) => alg === 'RSA1_5')
    expect(keys.length).toBeGreaterThan(0)
    for (const key of keys) expect(() => createDecryption({ keys: [key] })).toThrow(/RSA1_5 is not implemented/)
  })
})
