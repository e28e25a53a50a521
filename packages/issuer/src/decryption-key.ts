import { randomBytes } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { checkNames, checkOneOf } from './checks.ts'
import {
  type AgreementCurve,
  agreementCurveNames,
  type ContentEncryption,
  contentEncryptionNames,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
  keyManagementNames,
} from './key-management.ts'

/** Options of `generateDecryptionKey`. */
export interface DecryptionKeyOptions {
  /** What a key for `dir` shall encrypt with, which decides its length. Default `A256GCM`. */
  readonly enc?: ContentEncryption | undefined
  /** Curve of a key for ECDH-ES. Default `P-256`. */
  readonly crv?: AgreementCurve | undefined
}

/**
 * Makes a new private or secret key for a resource server, as a JWK with `kid`, `alg` and `use`.
 *
 * The resource server decrypts with it. An issuer encrypts for it with its public half, or, where it is a secret, with
 * the same JWK.
 *
 * @param algorithm default `ECDH-ES+A256KW`
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const decryptionKey = await generateDecryptionKey('RSA-OAEP-256')
 * ```
 */
export async function generateDecryptionKey(
  algorithm: KeyManagementAlgorithm = 'ECDH-ES+A256KW',
  options: DecryptionKeyOptions = {},
): Promise<JWK> {
  const alg = checkOneOf(algorithm, keyManagementNames, 'algorithm')
  const { enc = 'A256GCM', crv = 'P-256' } = checkNames(options, ['enc', 'crv'], 'options')
  const key = await keyManagementAlgorithms[alg].generate(
    checkOneOf(enc, contentEncryptionNames, 'enc'),
    checkOneOf(crv, agreementCurveNames, 'crv'),
  )
  const jwk = key.export({ format: 'jwk' }) as JWK
  // A thumbprint of a secret would tell something about it (RFC 7638 §7).
  const kid = key.type === 'secret' ? randomBytes(12).toString('base64url') : await calculateJwkThumbprint(jwk)
  return { ...jwk, kid, alg, use: 'enc' }
}
