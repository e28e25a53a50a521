import { JwtVerifier } from 'aws-jwt-verify'
import { type CreateContender, subjectOfClaims } from './contender.ts'

/** aws-jwt-verify's verifier for any issuer, with the keys put into its cache beforehand. */
export const create: CreateContender = async ({ issuer, audience, alg, verificationKey, encryption }) => {
  if (encryption !== undefined || alg.startsWith('PS') || alg.startsWith('HS')) return undefined
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/jwks`, graceSeconds: 30 })
  verifier.cacheJwks({ keys: [verificationKey as never] })
  return { subjectOf: subjectOfClaims, verify: (token) => verifier.verifySync(token) }
}
