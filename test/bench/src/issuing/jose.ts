import { randomUUID } from 'node:crypto'
import { CompactEncrypt, importJWK, type JWK, SignJWT } from 'jose'
import { claimsFor, lifetimeSeconds } from './claims.ts'
import type { CreateIssuing } from './issuing.ts'

/** jose with its keys imported once. */
export const create: CreateIssuing = async ({ alg, kid, signingKey, encryption }) => {
  const key = await importJWK(signingKey as JWK, alg)
  const sign = (subject: string) =>
    new SignJWT(claimsFor(subject, randomUUID()))
      .setProtectedHeader({ alg, typ: 'at+jwt', kid })
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`)
      .sign(key)
  if (encryption === undefined) return sign
  const { kty, crv, x, y, n, e, k, kid: keyId } = encryption.decryptionKey as JWK
  const publicPart = Object.entries({ kty, crv, x, y, n, e, k }).filter(([, value]) => value !== undefined)
  const recipient = await importJWK(Object.fromEntries(publicPart) as JWK, encryption.alg)
  const header = { alg: encryption.alg, enc: encryption.enc, kid: String(keyId), cty: 'at+jwt' }
  return async (subject) =>
    new CompactEncrypt(Buffer.from(await sign(subject))).setProtectedHeader(header).encrypt(recipient)
}
