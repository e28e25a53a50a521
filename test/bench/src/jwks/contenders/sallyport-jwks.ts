import { createJwks } from '@sallyport/jwks'
import { jwtVerify } from 'jose'
import type { CreateContender } from './contender.ts'

/** The fetcher in the place of jose's own. */
export const create: CreateContender = ({ issuer, audience, jwksUri }) => {
  const jwks = createJwks(jwksUri)
  return (token) => jwtVerify(token, jwks, { issuer, audience })
}
