import { createIssuer, createKeyRing, type JWK, memoryKeyStorage, type SigningAlgorithm } from '@sallyport/issuer'
import { clientId, extraClaims, scope } from './claims.ts'
import type { CreateIssuing } from './issuing.ts'

/** Sallyport with a key ring, which begins with the key of the case. */
export const create: CreateIssuing = async ({ issuer, audience, alg, signingKey, encryption }) => {
  if (encryption !== undefined) return undefined
  const storage = memoryKeyStorage()
  await storage.save(ringWith(signingKey as JWK, alg), undefined)
  const keyRing = await createKeyRing({ storage, algorithm: alg as SigningAlgorithm })
  const as = await createIssuer({ issuer, keyRing })
  const scopes = scope.split(' ')
  return (subject) => as.issueAccessToken({ subject, clientId, audience, scope: scopes, claims: extraClaims })
}

/** A ring that has that key, as a storage holds it. */
function ringWith(jwk: JWK, alg: string): string {
  const usedSince = Math.floor(Date.now() / 1000)
  const key = { state: 'current', kid: jwk.kid, alg, jwk, publishedAt: usedSince, usedSince, tokenLifetimeSeconds: 300 }
  return JSON.stringify({ format: 'sallyport-key-ring/1', use: 'sig', keys: [key] })
}
