import type { KeyObject } from 'node:crypto'
import { AccessTokenError } from '../error.ts'
import { type SignatureAlgorithm, signatureAlgorithms } from './algorithms.ts'

/** JOSE-9: the most keys that one token may make us try. */
const maxKeysTried = 4

/** A key as an entry: imported once, and marked when it is not to be used any more. */
export interface VerificationKey {
  readonly kid: string | undefined
  readonly key: KeyObject
  readonly withdrawn: boolean
}

/**
 * Door two: finds the key that made the signature (RFC 7515 §5.2).
 *
 * @param keys those that suit the token's header, in the order of their set
 * @throws AccessTokenError `key_unknown`, `signature_invalid`
 */
export function verifySignature(
  keys: readonly VerificationKey[],
  algorithm: SignatureAlgorithm,
  input: Buffer,
  signature: Buffer,
): VerificationKey {
  if (keys.length === 0) throw new AccessTokenError('key_unknown', { reason: 'no key of the issuer suits the header' })
  if (keys.length > maxKeysTried) {
    throw new AccessTokenError('key_unknown', { reason: `more than ${maxKeysTried} keys suit the header` })
  }
  const { signatureLength, verify } = signatureAlgorithms[algorithm]
  for (const key of keys) {
    if (!key.withdrawn && signature.length === signatureLength(key.key) && verify(key.key, input, signature)) return key
  }
  throw new AccessTokenError('signature_invalid')
}
