import { createPublicKey } from 'node:crypto'
import {
  decodeJwt,
  decodeProtectedHeader,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import type { AuthorizationServer } from '../authorization-server/authorization-server.ts'

/** Tokens that no authorization server would hand out, made of a good one. */
export type WrongTokens = Awaited<ReturnType<typeof makeWrongTokens>>

interface Material {
  /** Good tokens. */
  readonly rs256: string
  readonly ecdhEs: string
  readonly partnerIssuer: string
}

export async function makeWrongTokens(as: AuthorizationServer, { rs256, ecdhEs, partnerIssuer }: Material) {
  const claims = decodeJwt(rs256)
  const header = { alg: 'RS256', ...decodeProtectedHeader(rs256) }
  const stranger = await generateKeyPair('RS256')
  const sign = (payload: JWTPayload, key: Parameters<SignJWT['sign']>[0], alg = 'RS256') =>
    new SignJWT(payload).setProtectedHeader({ ...header, alg }).sign(key)
  return {
    /** By the authorization server's own key: it would have to be waited for otherwise. */
    expired: await sign(expireAnHourAgo(claims), await signingKey(as, header.kid)),
    forged: await sign(claims, stranger.privateKey),
    tampered: replaceSegment(rs256, 1, { ...claims, sub: 'somebody-else' }),
    algNone: new UnsecuredJWT(claims).encode(),
    hmac: await sign(claims, await publicKeyAsSecret(as, header.kid), 'HS256'),
    tamperedCiphertext: changeCharacter(ecdhEs, ecdhEs.lastIndexOf('.') - 10),
    partner: await sign({ ...claims, iss: partnerIssuer }, stranger.privateKey),
  }
}

function expireAnHourAgo({ exp = 0, iat = 0, ...claims }: JWTPayload): JWTPayload {
  const now = Math.floor(Date.now() / 1000)
  return { ...claims, iat: now - 3600 - (exp - iat), exp: now - 3600 }
}

async function signingKey({ signingKeys }: AuthorizationServer, kid: string | undefined) {
  const jwk = signingKeys.find((key) => key.kid === kid)
  if (jwk === undefined) throw new Error('The authorization server signed with an unknown key')
  return importJWK(jwk)
}

/** What anybody can fetch, taken for a shared secret: verifiers that let a token choose its algorithm fall for it. */
async function publicKeyAsSecret({ issuer }: AuthorizationServer, kid: string | undefined): Promise<Uint8Array> {
  const response = await fetch(`${issuer}/jwks`)
  const { keys } = (await response.json()) as JSONWebKeySet
  const jwk = keys.find((key) => key.kid === kid)
  if (jwk === undefined) throw new Error('The authorization server does not publish its key')
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  return new TextEncoder().encode(String(pem))
}

function replaceSegment(token: string, index: number, value: object): string {
  const segments = token.split('.')
  segments[index] = Buffer.from(JSON.stringify(value)).toString('base64url')
  return segments.join('.')
}

function changeCharacter(token: string, index: number): string {
  return token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1)
}
