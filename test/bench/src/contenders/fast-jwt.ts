import { createPublicKey } from 'node:crypto'
import { createVerifier } from 'fast-jwt'
import { isSecretAlgorithm } from '../situation.ts'
import { type CreateContender, subjectOfClaims } from './contender.ts'

/** fast-jwt with one key given beforehand, its quickest form; its cache where tokens come again. */
export const create: CreateContender = async ({ issuer, audience, alg, verificationKey, encryption, repetition }) => {
  if (encryption !== undefined) return undefined
  const key = isSecretAlgorithm(alg)
    ? Buffer.from(verificationKey.k ?? '', 'base64url')
    : createPublicKey({ key: verificationKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  const verify = createVerifier({
    key,
    algorithms: [alg],
    allowedIss: issuer,
    allowedAud: audience,
    checkTyp: 'at+jwt',
    requiredClaims: ['iss', 'aud', 'exp'],
    clockTolerance: 30_000,
    cache: repetition === 'repeated',
  })
  return { subjectOf: subjectOfClaims, verify: (token) => verify(token) as unknown }
}
