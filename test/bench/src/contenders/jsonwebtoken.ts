import { createPublicKey, createSecretKey } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { isSecretAlgorithm } from '../situation.ts'
import { type CreateContender, subjectOfClaims } from './contender.ts'

/** jsonwebtoken, which also does the work in express-jwt, koa-jwt, passport-jwt and @nestjs/jwt. */
export const create: CreateContender = async ({ issuer, audience, alg, verificationKey, encryption }) => {
  if (encryption !== undefined || alg === 'EdDSA') return undefined
  const key = isSecretAlgorithm(alg)
    ? createSecretKey(verificationKey.k ?? '', 'base64url')
    : createPublicKey({ key: verificationKey, format: 'jwk' })
  const options = { algorithms: [alg], issuer, audience, clockTolerance: 30 }
  return { subjectOf: subjectOfClaims, verify: (token) => jwt.verify(token, key, options) }
}
