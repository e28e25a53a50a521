import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { createVerifier } from '@sallyport/core'
import { importKeys } from '@sallyport/jwks'
import { compactVerify, importJWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { codeOf } from './code-of.ts'
import { boundAccessToken, boundClaims, opaqueAccessToken, proof, proofClaims, proofKey } from './rfc9449.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const [header, payload] = boundAccessToken.split('.')

/** The token of Figure 8, signed again with a key that we have. */
function signAgain(): string {
  const input = `${header}.${payload}`
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

const verifierWith = (options: object = {}) =>
  createVerifier({
    issuer: boundClaims.iss,
    allowAnyAudience: true,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'BeALkb' } as { kty: string }] },
    ...options,
  })

describe('the bound access token of RFC 9449', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: (boundClaims.nbf + 60) * 1000 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('Figures 8 and 9: has the claims that are shown', () => {
    expect(JSON.parse(Buffer.from(payload!, 'base64url').toString())).toEqual(boundClaims)
  })

  it('Figure 9: is bound to the thumbprint of the key of the proofs', () => {
    expect(importKeys({ keys: [proofKey] })[0]!.thumbprint).toBe(boundClaims.cnf.jkt)
  })

  it('BIND-1: §7.2: is never accepted as a bearer token', async () => {
    expect(await codeOf(verifierWith().verify(signAgain()))).toBe('binding_missing')
    const request = (authorization: string) => ({
      method: 'GET',
      url: '/protectedresource',
      rawHeaders: ['Host', 'resource.example.org', 'Authorization', authorization, 'DPoP', proof],
    })
    expect(await codeOf(verifierWith().authenticate(request(`Bearer ${signAgain()}`)))).toBe('binding_missing')
  })

  it('§6.1: is accepted where something in front has checked the binding, and says what it is bound to', async () => {
    const auth = await verifierWith({ binding: 'checked-by-caller' }).verify(signAgain())
    expect(auth).toMatchObject({ subject: boundClaims.sub, confirmation: boundClaims.cnf })
  })

  it('Figure 8: is refused with its own signature, whose key nobody has', async () => {
    expect(await codeOf(verifierWith().verify(boundAccessToken))).toBe('signature_invalid')
  })
})

describe('the proof of RFC 9449', () => {
  it('Figures 13 and 14: is signed by the key in it, and carries the hash of the access token', async () => {
    const { payload: signed } = await compactVerify(proof, await importJWK(proofKey, 'ES256'))
    expect(JSON.parse(Buffer.from(signed).toString())).toEqual(proofClaims)
    expect(createHash('sha256').update(opaqueAccessToken).digest('base64url')).toBe(proofClaims.ath)
  })

  it('CLAIM-7: Figure 13: is no access token, whoever signed it and whatever it claims besides', async () => {
    expect(await codeOf(verifierWith().verify(proof))).toBe('claim_missing')
    const claims = { ...proofClaims, ...boundClaims, cnf: undefined, exp: Math.floor(Date.now() / 1000) + 60 }
    for (const [typ, code] of [
      ['dpop+jwt', 'token_type_refused'],
      ['JWT', 'not_an_access_token'],
    ] as const) {
      const parts = [{ alg: 'ES256', kid: 'BeALkb', typ }, claims]
      const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      expect(await codeOf(verifierWith().verify(`${input}.${signature.toString('base64url')}`))).toBe(code)
    }
  })

  it('Figure 13: comes with an opaque access token, which is no token of ours', async () => {
    expect(await codeOf(verifierWith().verify(opaqueAccessToken))).toBe('token_malformed')
  })
})
