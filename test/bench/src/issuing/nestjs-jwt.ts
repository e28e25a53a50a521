import 'reflect-metadata'
import { createPrivateKey, randomUUID } from 'node:crypto'
import { JwtService, type JwtSignOptions } from '@nestjs/jwt'
import { claimsFor, lifetimeSeconds } from './claims.ts'
import type { CreateIssuing } from './issuing.ts'

/** @nestjs/jwt, whose service works without an application around it; `sign` is synchronous. */
export const create: CreateIssuing = async ({ alg, kid, signingKey, encryption }) => {
  if (encryption !== undefined || alg === 'EdDSA') return undefined
  const privateKey = createPrivateKey({ key: signingKey, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' })
  const signOptions = {
    algorithm: alg as JwtSignOptions['algorithm'],
    expiresIn: lifetimeSeconds,
    header: { alg, kid, typ: 'at+jwt' },
  } as JwtSignOptions
  const service = new JwtService({ privateKey: privateKey as string, signOptions: signOptions as never })
  return (subject) => service.sign(claimsFor(subject, randomUUID()))
}
