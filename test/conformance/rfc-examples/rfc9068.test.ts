import { generateKeyPairSync, sign } from 'node:crypto'
import { createVerifier } from '@sallyport/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { codeOf } from './code-of.ts'
import { claims, header } from './rfc9068.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const verifier = createVerifier({
  issuer: claims.iss,
  audience: claims.aud,
  profile: 'rfc9068',
  jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: header.kid, alg: header.alg } as { kty: string }] },
})

const segment = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64url')

/** RFC 9068 shows no encoded token: its header and claims are signed here. */
function tokenOf(headerMembers: object, claimMembers: object): string {
  const input = `${segment(headerMembers)}.${segment(claimMembers)}`
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
}

describe('the access token of RFC 9068', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: (claims.iat + 60) * 1000 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('§3: is accepted by its own profile, and says who may do what', async () => {
    const auth = await verifier.verify(tokenOf(header, claims))
    expect(auth).toMatchObject({
      subject: claims.sub,
      clientId: claims.client_id,
      issuer: claims.iss,
      audience: [claims.aud],
      scopes: ['openid', 'profile', 'reademail'],
      tokenId: claims.jti,
      expiresAt: claims.exp,
      issuedAt: claims.iat,
    })
  })

  it.each(['at+JWT', 'at+jwt', 'application/at+jwt', 'APPLICATION/AT+JWT'])(
    '§4: is accepted with typ %s',
    async (typ) => {
      expect(await codeOf(verifier.verify(tokenOf({ ...header, typ }, claims)))).toBe('accepted')
    },
  )

  it.each(['JWT', 'at+jws', 'application/jwt', '', undefined])('JOSE-14: §4: is refused with typ %s', async (typ) => {
    expect(await codeOf(verifier.verify(tokenOf({ ...header, typ }, claims)))).toBe('token_type_refused')
  })

  it.each(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])(
    'CLAIM-6: §2.2: is refused without %s',
    async (name) => {
      expect(await codeOf(verifier.verify(tokenOf(header, { ...claims, [name]: undefined })))).toBe('claim_missing')
    },
  )

  it('§4: is refused for another issuer, by one character', async () => {
    const iss = claims.iss.slice(0, -1)
    expect(await codeOf(verifier.verify(tokenOf(header, { ...claims, iss })))).toBe('issuer_refused')
  })

  it('§4: is refused for another audience', async () => {
    const aud = 'https://rs.example.com'
    expect(await codeOf(verifier.verify(tokenOf(header, { ...claims, aud })))).toBe('audience_refused')
  })

  it('§4: is refused when it has expired', async () => {
    vi.setSystemTime((claims.exp + 30) * 1000)
    expect(await codeOf(verifier.verify(tokenOf(header, claims)))).toBe('token_expired')
  })
})
