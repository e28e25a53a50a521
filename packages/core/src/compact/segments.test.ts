import { describe, expect, it } from 'vitest'
import { codeOf, encrypt, makeKey, mint } from '../mint.test.support.ts'
import { createVerifier } from '../index.ts'
import { splitToken } from './index.ts'

describe('splitToken', () => {
  it('JOSE-1: takes 3 and 5 segments, and no other number', () => {
    for (let count = 0; count < 50; count++) {
      const segments = Array.from({ length: count }, (_, index) => `s${index}`)
      expect(splitToken(segments.join('.'))).toEqual(count === 3 || count === 5 ? segments : undefined)
    }
  })

  it('JOSE-1: counts empty segments too', () => {
    expect(splitToken('..')).toEqual(['', '', ''])
    expect(splitToken('....')).toEqual(['', '', '', '', ''])
    for (const text of ['', '.', '...', '.....', '.'.repeat(100_000)]) expect(splitToken(text)).toBeUndefined()
  })
})

describe('a verifier', async () => {
  const key = makeKey('ES256')
  const secret = Buffer.alloc(32, 7)
  const verifier = createVerifier({
    issuer: 'https://as.example',
    audience: 'https://api.example',
    jwks: { keys: [key.publicJwk] },
    decryption: { keys: [{ kty: 'oct', k: secret.toString('base64url'), alg: 'dir' }] },
  })
  const signed = await mint(key)
  const encrypted = await encrypt(signed, secret)

  it('JOSE-1: refuses JSON serialization of what it accepts in compact form', async () => {
    const [header, payload, signature] = signed.split('.')
    const [protectedHeader, encrypted_key, iv, ciphertext, tag] = encrypted.split('.')
    const jwe = { protected: protectedHeader, iv, ciphertext, tag }
    for (const token of [
      { payload, protected: header, signature },
      { payload, signatures: [{ protected: header, signature }] },
      { ...jwe, encrypted_key },
      { ...jwe, recipients: [{ encrypted_key }] },
    ]) {
      for (const text of [JSON.stringify(token), JSON.stringify(JSON.stringify(token))]) {
        expect(await codeOf(verifier.verify(text))).toBe('token_malformed')
        expect(await codeOf(verifier.verify(Buffer.from(text).toString('base64url')))).toBe('token_malformed')
      }
    }
    expect(await codeOf(verifier.verify(signed))).toBe('accepted')
    expect(await codeOf(verifier.verify(encrypted))).toBe('accepted')
  })

  it('JOSE-1: refuses a JWS with the segments of another, or of a JWE, appended', async () => {
    for (const text of [`${signed}.${signed}`, `${signed}.`, `${signed}.${encrypted}`, `${encrypted}.`, `.${signed}`]) {
      expect(await codeOf(verifier.verify(text)), text).toBe('token_malformed')
    }
    // With two more it has the form of a JWE, and an alg that encrypts nothing.
    expect(await codeOf(verifier.verify(`${signed}..`))).toBe('algorithm_refused')
  })
})
