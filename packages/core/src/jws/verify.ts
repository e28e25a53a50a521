import type { KeyObject } from 'node:crypto'
import type { Awaitable } from '../awaitable.ts'
import { AccessTokenError } from '../error.ts'
import { type AlgorithmEntry, type SignatureAlgorithm, signatureAlgorithms } from './algorithms.ts'
import { encodeInput } from './signing-input.ts'
import { verificationLoad, type VerifyOn } from './verification-load.ts'

/** JOSE-9: the most keys that one token may make us try. */
const maxKeysTried = 4

/** A key as an entry: imported once, and marked when it is not to be used any more. */
export interface VerificationKey {
  readonly kid: string | undefined
  readonly key: KeyObject
  readonly withdrawn: boolean
}

/** What was signed, and the signature. */
export interface Signed {
  /** JWS Signing Input (RFC 7515 §2): two segments of base64url, so ASCII. */
  readonly input: string
  readonly signature: Uint8Array
}

/**
 * Door two: finds the key that made the signature (RFC 7515 §5.2).
 *
 * @param keys those that suit the token's header, in the order of their set
 * @returns the key; a promise where the verification left the main thread, which rejects with what else is thrown
 * @throws AccessTokenError `key_unknown`, `signature_invalid`, `verifier_overloaded`
 */
export function verifySignature(
  keys: readonly VerificationKey[],
  algorithm: SignatureAlgorithm,
  signed: Signed,
  verifyOn: VerifyOn,
): Awaitable<VerificationKey> {
  if (keys.length === 0) throw new AccessTokenError('key_unknown', { reason: 'no key of the issuer suits the header' })
  if (keys.length > maxKeysTried) {
    throw new AccessTokenError('key_unknown', { reason: `more than ${maxKeysTried} keys suit the header` })
  }
  const entry: AlgorithmEntry = signatureAlgorithms[algorithm]
  const { input, signature } = signed
  if (entry.verifyOnThreadPool !== undefined && leavesMainThread(verifyOn, entry, keys)) {
    return verificationLoad.runOnPool(() => verifyOnPool(entry, keys, Buffer.from(input), signature))
  }
  const bytes = encodeInput(input)
  for (const key of keys) if (isTried(key, entry, signature) && entry.verify(key.key, bytes, signature)) return key
  throw new AccessTokenError('signature_invalid')
}

/** JOSE-10: a signature of another length than the key's is not looked at. */
function isTried({ key, withdrawn }: VerificationKey, entry: AlgorithmEntry, signature: Uint8Array): boolean {
  return !withdrawn && signature.length === entry.signatureLength(key)
}

function leavesMainThread(verifyOn: VerifyOn, { isSlow }: AlgorithmEntry, keys: readonly VerificationKey[]): boolean {
  if (verifyOn !== 'auto') return verifyOn === 'thread-pool'
  return verificationLoad.isPoolBetter(keys.some(({ key }) => isSlow(key)))
}

async function verifyOnPool(
  entry: AlgorithmEntry,
  keys: readonly VerificationKey[],
  input: Uint8Array,
  signature: Uint8Array,
): Promise<VerificationKey> {
  for (const key of keys) {
    if (isTried(key, entry, signature) && (await entry.verifyOnThreadPool?.(key.key, input, signature)) === true)
      return key
  }
  throw new AccessTokenError('signature_invalid')
}
