import { createVerifier, type DecryptionKeyInput } from '@sallyport/core'
import { type ExposedKey, importKeys, type SkippedKey } from '@sallyport/jwks'
import { compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { codeOf } from './code-of.ts'
import { encryptedKey, keyWithCertificate, passphrase, privateKeys, publicKeys, symmetricKeys } from './rfc7517.ts'
import { thumbprint } from './rfc7638.ts'

const issuer = 'https://as.example'
const audience = 'https://api.example'

function importAll(set: { readonly keys: readonly object[] }) {
  const skipped: SkippedKey[] = []
  const exposed: ExposedKey[] = []
  const keys = importKeys(set, { onSkipped: (key) => skipped.push(key), onExposed: (key) => exposed.push(key) })
  return { keys, skipped, exposed }
}

const verifierWith = (key: DecryptionKeyInput) =>
  createVerifier({ issuer, audience, jwks: publicKeys, decryption: { keys: [key] } })

describe('the keys of RFC 7517', () => {
  it('A.1: gives the key for signatures alone, with its alg, kid and thumbprint', () => {
    const { keys, skipped } = importAll(publicKeys)
    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS256', kid: '2011-04-29', thumbprint })
    expect(skipped).toEqual([{ kid: '1', reason: 'its use is not "sig"' }])
  })

  it('A.2: takes the public half of a published private key, and says so', () => {
    const { keys, exposed } = importAll(privateKeys)
    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatchObject({ kid: '2011-04-29', thumbprint })
    expect(keys[0]!.key.type).toBe('public')
    expect(exposed).toEqual([{ kid: '2011-04-29', thumbprint }])
  })

  it('A.2: decrypts with the key for encryption, and not with the one for signatures', () => {
    const [forEncryption, forSignatures] = privateKeys.keys
    expect(() => verifierWith(forEncryption)).not.toThrow()
    expect(() => verifierWith(forSignatures)).toThrow(expect.objectContaining({ name: 'ConfigurationError' }))
  })

  it('A.3: takes no symmetric key from a set', () => {
    const { keys, skipped } = importAll(symmetricKeys)
    expect(keys).toEqual([])
    expect(skipped).toHaveLength(2)
    expect(() => createVerifier({ issuer, audience, jwks: symmetricKeys })).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option: 'jwks' }),
    )
  })

  it('A.3: decrypts with the key for AES Key Wrap, and not with the one for HMAC', () => {
    const [wrapping, hmac] = symmetricKeys.keys
    expect(() => verifierWith(wrapping)).not.toThrow()
    expect(() => verifierWith(hmac)).toThrow(expect.objectContaining({ name: 'ConfigurationError' }))
  })

  it('B: takes the key, and does not look at its certificate, which has expired', () => {
    const { keys, skipped } = importAll({ keys: [keyWithCertificate] })
    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatchObject({ kty: 'RSA', kid: '1b94c', alg: undefined })
    expect(skipped).toEqual([])
  })

  it('C: does not decrypt with a passphrase, though jose does', async () => {
    const keyManagementAlgorithms = ['PBES2-HS256+A128KW']
    const { plaintext } = await compactDecrypt(encryptedKey, Buffer.from(passphrase), { keyManagementAlgorithms })
    expect(JSON.parse(Buffer.from(plaintext).toString())).toMatchObject({ kid: 'juliet@capulet.lit' })

    const [wrapping] = symmetricKeys.keys
    // A private key is no token: what stands in cty is refused as well.
    expect(await codeOf(verifierWith(wrapping).verify(encryptedKey))).toMatch(/^(token_type|algorithm)_refused$/)
    const key = { key: Buffer.from(passphrase), algorithm: 'PBES2-HS256+A128KW' } as unknown as DecryptionKeyInput
    expect(() => verifierWith(key)).toThrow(expect.objectContaining({ option: 'decryption.keys[0].algorithm' }))
  })
})
