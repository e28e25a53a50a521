import { createPublicKey } from 'node:crypto'
import buildGetJwks from 'get-jwks'
import { type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { CreateContender } from './contender.ts'

export const create: CreateContender = ({ issuer, audience, jwksUri }) => {
  const { origin, pathname } = new URL(jwksUri)
  const client = buildGetJwks({ jwksPath: pathname })
  const getKey: JWTVerifyGetKey = async ({ kid, alg }) =>
    createPublicKey(await client.getPublicKey({ domain: origin, alg, kid: kid ?? '' }))
  return (token) => jwtVerify(token, getKey, { issuer, audience })
}
