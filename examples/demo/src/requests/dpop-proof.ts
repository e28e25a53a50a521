import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { tokenEndpoint } from '../authorization-server/token-request.ts'

/** Proves to the token endpoint the possession of a new key, to which the token is bound then (RFC 9449 §4.2). */
export async function proveDpopKey(as: { readonly issuer: string }): Promise<string> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  return new SignJWT({ htm: 'POST', htu: tokenEndpoint(as), jti: randomUUID() })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(publicKey) })
    .setIssuedAt()
    .sign(privateKey)
}
