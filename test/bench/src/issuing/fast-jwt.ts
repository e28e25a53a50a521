import { createPrivateKey, randomUUID } from 'node:crypto'
import { type Algorithm, createSigner, type SignerOptions } from 'fast-jwt'
import { claimsFor, lifetimeSeconds } from './claims.ts'
import type { CreateIssuing } from './issuing.ts'

/** fast-jwt with a PEM, called synchronously: its quickest form. */
export const create: CreateIssuing = async ({ alg, kid, signingKey, encryption }) => {
  if (encryption !== undefined) return undefined
  const key = createPrivateKey({ key: signingKey, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }) as string
  const sign = createSigner({
    key,
    algorithm: alg as Algorithm,
    kid,
    expiresIn: lifetimeSeconds * 1000,
    header: { typ: 'at+jwt' } as never,
  } as SignerOptions & { readonly key: string })
  return (subject) => sign(claimsFor(subject, randomUUID()))
}
