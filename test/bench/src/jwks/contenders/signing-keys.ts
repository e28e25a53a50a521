import { createPublicKey } from 'node:crypto'
import { type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { JwksClient } from 'jwks-rsa'
import type { Endpoint, Verify } from './contender.ts'

/** A client of jwks-rsa finds the key, jose verifies: the client itself verifies nothing. */
export function verifyWithClient(client: JwksClient, { issuer, audience }: Endpoint): Verify {
  const getKey: JWTVerifyGetKey = async ({ kid }) => {
    const key = await client.getSigningKey(kid)
    return createPublicKey(key.getPublicKey())
  }
  return (token) => jwtVerify(token, getKey, { issuer, audience })
}
