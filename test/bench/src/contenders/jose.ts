import { createPrivateKey, createSecretKey, webcrypto } from 'node:crypto'
import { compactDecrypt, createLocalJWKSet, type JWTVerifyGetKey, jwtVerify, type JWTVerifyResult } from 'jose'
import { isSecretAlgorithm, type Situation } from '../situation.ts'
import { type CreateContender, subjectOfClaims } from './contender.ts'

/** jose: keys imported once; a nested token is decrypted first, as its documentation composes the two. */
export const create: CreateContender = async (situation) => {
  const { issuer, audience, alg, encryption } = situation
  const options = { issuer, audience, algorithms: [alg], typ: 'at+jwt', clockTolerance: 30 }
  const getKey = await keyGetter(situation)
  const subjectOf = (result: unknown) => subjectOfClaims((result as JWTVerifyResult).payload)
  if (encryption === undefined) return { subjectOf, verify: (token) => jwtVerify(token, getKey, options) }
  const { alg: keyAlg, enc, decryptionKey } = encryption
  const key =
    decryptionKey.k === undefined
      ? createPrivateKey({ key: decryptionKey, format: 'jwk' })
      : createSecretKey(decryptionKey.k, 'base64url')
  const decryptOptions = { keyManagementAlgorithms: [keyAlg], contentEncryptionAlgorithms: [enc] }
  const decoder = new TextDecoder()
  return {
    subjectOf,
    verify: async (token) => {
      const { plaintext } = await compactDecrypt(token, key, decryptOptions)
      return jwtVerify(decoder.decode(plaintext), getKey, options)
    },
  }
}

/** The quickest form for each: a set whose keys are imported at first use, and for a secret a CryptoKey. */
async function keyGetter({ alg, verificationKey }: Situation): Promise<JWTVerifyGetKey> {
  if (!isSecretAlgorithm(alg)) return createLocalJWKSet({ keys: [verificationKey as never] })
  const algorithm = { name: 'HMAC', hash: `SHA-${alg.slice(2)}` }
  const secret = Buffer.from(verificationKey.k ?? '', 'base64url')
  const key = await webcrypto.subtle.importKey('raw', secret, algorithm, false, ['verify'])
  return async () => key
}
