import { createVerifier, type VerifierOptions } from '@sallyport/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { codeOf } from './code-of.ts'
import { publicKeys, symmetricKeys } from './rfc7517.ts'
import { claims, decryptionKey, encryptedJwt, nestedJwt, signedJwt, unsecuredJwt } from './rfc7519.ts'

const base = { issuer: 'joe', allowAnyAudience: true } as const

/** RFC 7515 Appendix A.1.1, which is RFC 7517 Appendix A.3 too. */
const secret = Buffer.from(symmetricKeys.keys[1].k, 'base64url')

const withSecret = (options: object = {}) =>
  createVerifier({ ...base, secret, algorithm: 'HS256', ...options } as VerifierOptions)

describe('the tokens of RFC 7519', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: (claims.exp - 1) * 1000 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('§3.1: is accepted before it expires, with the secret that it was made with', async () => {
    expect((await withSecret().verify(signedJwt)).claims).toEqual(claims)
  })

  it('§3.1: is refused once it has expired, and nowhere sooner than the tolerance says', async () => {
    const exact = withSecret({ clockToleranceSeconds: 0, cache: false })
    expect(await codeOf(exact.verify(signedJwt))).toBe('accepted')
    vi.setSystemTime(claims.exp * 1000)
    expect(await codeOf(exact.verify(signedJwt))).toBe('token_expired')
    expect(await codeOf(withSecret().verify(signedJwt))).toBe('accepted')
    vi.setSystemTime((claims.exp + 30) * 1000)
    expect(await codeOf(withSecret().verify(signedJwt))).toBe('token_expired')
  })

  it('§3.1: is refused by any other issuer, audience, algorithm and secret', async () => {
    expect(await codeOf(withSecret({ issuer: 'Joe' }).verify(signedJwt))).toBe('issuer_refused')
    const withAudience = withSecret({ allowAnyAudience: undefined, audience: 'https://api.example' })
    expect(await codeOf(withAudience.verify(signedJwt))).toBe('claim_missing')
    expect(await codeOf(withSecret({ algorithm: 'HS384' }).verify(signedJwt))).toBe('algorithm_refused')
    expect(await codeOf(withSecret({ secret: Buffer.alloc(64) }).verify(signedJwt))).toBe('signature_invalid')
    expect(await codeOf(withSecret({ profile: 'rfc9068' }).verify(signedJwt))).toBe('token_type_refused')
  })

  it('§6.1: is never accepted, since nobody signed it', async () => {
    expect(await codeOf(withSecret().verify(unsecuredJwt))).toBe('algorithm_refused')
  })

  it('A.1, A.2: is not decrypted, since RSA1_5 is not, though the key is there', async () => {
    const verifier = createVerifier({ ...base, jwks: publicKeys, decryption: { keys: [decryptionKey] } })
    expect(await codeOf(verifier.verify(encryptedJwt))).toBe('algorithm_refused')
    expect(await codeOf(verifier.verify(nestedJwt))).toBe('algorithm_refused')
  })
})
