import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto'
import { CompactEncrypt, CompactSign, type CompactJWEHeaderParameters } from 'jose'
import { expect } from 'vitest'
import { AccessTokenError, type AccessTokenErrorCode, detailOf, type RefusalDetail } from './error.ts'

/** The issuer and audience of all tests. */
export const issuer = 'https://as.example'
export const audience = 'https://api.example'

export type Members = Record<string, unknown>

export const nowSeconds = () => Math.floor(Date.now() / 1000)

/** Claims of a good access token; a member set to `undefined` is left out. */
export function goodClaims(changes: Members = {}): Members {
  const now = nowSeconds()
  return {
    iss: issuer,
    aud: audience,
    sub: 'user-1',
    client_id: 'client-1',
    jti: 'token-1',
    scope: 'a b',
    iat: now,
    exp: now + 300,
    ...changes,
  }
}

export interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicJwk: JsonWebKey & { kid: string; alg: string }
}

const makePair = (alg: string) => {
  if (alg === 'EdDSA' || alg === 'Ed25519') return generateKeyPairSync('ed25519')
  const curve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521', ES256K: 'secp256k1' }[alg]
  return curve === undefined
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: curve })
}

export function makeKey(alg: string, kid = `${alg}-1`): SigningKey {
  const { privateKey, publicKey } = makePair(alg)
  return { alg, kid, privateKey, publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as never }
}

/** Signs with jose, whatever the header and the payload say. */
export function mint(key: SigningKey, claims: Members | string = goodClaims(), header: Members = {}): Promise<string> {
  const payload = typeof claims === 'string' ? claims : JSON.stringify(claims)
  return new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header } as never)
    .sign(key.privateKey)
}

/** Signs ES256 by hand, for headers and payloads that jose would not write. */
export function mintRaw(key: SigningKey, header: string | Buffer, payload: string | Buffer): string {
  const input = `${Buffer.from(header as string).toString('base64url')}.${Buffer.from(payload as string).toString('base64url')}`
  const signature = sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

export function encrypt(
  plaintext: string | Members,
  key: KeyObject | Uint8Array,
  header: Partial<CompactJWEHeaderParameters> = {},
): Promise<string> {
  const text = typeof plaintext === 'string' ? plaintext : JSON.stringify(plaintext)
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: 'at+jwt', ...header })
    .encrypt(key)
}

/** The code of the AccessTokenError that a promise rejects with; anything else fails the test. */
export async function codeOf(promise: Promise<unknown>): Promise<AccessTokenErrorCode | 'accepted'> {
  try {
    await promise
    return 'accepted'
  } catch (error) {
    expect(error).toBeInstanceOf(AccessTokenError)
    return (error as AccessTokenError).code
  }
}

/** Code and detail of the AccessTokenError that something throws or rejects with; anything else fails the test. */
export async function refusalOf(
  refuse: () => unknown,
): Promise<RefusalDetail & { readonly code: AccessTokenErrorCode | 'accepted' }> {
  try {
    await refuse()
    return { code: 'accepted' }
  } catch (error) {
    expect(error).toBeInstanceOf(AccessTokenError)
    return { code: (error as AccessTokenError).code, ...detailOf(error as AccessTokenError) }
  }
}
