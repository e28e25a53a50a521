import { createPrivateKey, randomUUID } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import { claimsFor, lifetimeSeconds } from './claims.ts'
import type { CreateIssuing } from './issuing.ts'

/** jsonwebtoken with a KeyObject, called synchronously: its quickest form. */
export const create: CreateIssuing = async ({ alg, kid, signingKey, encryption }) => {
  if (encryption !== undefined || alg === 'EdDSA') return undefined
  const key = createPrivateKey({ key: signingKey, format: 'jwk' })
  const options: jsonwebtoken.SignOptions = {
    algorithm: alg as jsonwebtoken.Algorithm,
    expiresIn: lifetimeSeconds,
    header: { alg, kid, typ: 'at+jwt' },
  }
  return (subject) => jsonwebtoken.sign(claimsFor(subject, randomUUID()), key, options)
}
