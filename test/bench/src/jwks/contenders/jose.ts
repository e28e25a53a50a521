import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { CreateContender } from './contender.ts'

export const create: CreateContender = ({ issuer, audience, jwksUri }) => {
  const keys = createRemoteJWKSet(new URL(jwksUri))
  return (token) => jwtVerify(token, keys, { issuer, audience })
}
