import { createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import { checkKeyId, checkNames, checkOneOf } from './checks.ts'
import { IssuerConfigurationError } from './configuration-error.ts'
import { KeyRingError } from './key-ring-error.ts'
import { within } from './within.ts'
import { isPair, type SigningAlgorithm, signingAlgorithmNames } from './signing-algorithms.ts'
import { importSigningKey, type Signer } from './signing-key.ts'

/**
 * A signature key whose private half never comes here: that of a key management service (KMS) or a hardware module.
 *
 * @example
 * ```ts
 * const key = {
 *   kid: 'kms-1',
 *   alg: 'ES256',
 *   publicJwk,
 *   sign: (bytes) => kms.sign({ keyId: 'kms-1', message: bytes }),
 * }
 * ```
 */
export interface ExternalSigningKey {
  readonly kid: string
  readonly alg: SigningAlgorithm
  readonly publicJwk: JWK
  /**
   * The signature over these bytes, in the form that JWS has it: of ECDSA the two integers, not DER (RFC 7518 §3.4).
   * Where it fails, or takes longer than 5 seconds, it is a KeyRingError `key_unavailable` (503).
   */
  sign(bytes: Uint8Array): Promise<Uint8Array> | Uint8Array
}

export function isExternalKey(given: unknown): boolean {
  return typeof given === 'object' && given !== null && 'sign' in given && typeof given.sign === 'function'
}

/**
 * Checks an external key, and lets it sign something once: so that a wrong form of signature, or another public key,
 * shows here and not at the APIs.
 *
 * @throws IssuerConfigurationError, KeyRingError `key_unavailable` when it does not sign
 */
export async function importExternalKey(given: unknown, option: string): Promise<Signer> {
  const members = checkNames(given, ['kid', 'alg', 'publicJwk', 'sign'], option)
  const alg = checkOneOf(members['alg'], signingAlgorithmNames, `${option}.alg`)
  const kid = checkKeyId(members['kid'], `${option}.kid`)
  const { publicJwk: jwk } = members as { readonly publicJwk?: unknown }
  if (typeof jwk === 'object' && jwk !== null && ('d' in jwk || 'priv' in jwk)) {
    throw new IssuerConfigurationError(`${option}.publicJwk`, 'a private key', 'its public half alone')
  }
  const { publicJwk } = await importSigningKey({ ...(jwk as object), kid, alg }, undefined, `${option}.publicJwk`)
  const key = given as ExternalSigningKey
  const sign = async (bytes: Uint8Array) => signWithin(key, kid, bytes)
  if (await isPair(alg, createPublicKey({ key: publicJwk, format: 'jwk' }), sign)) {
    return Object.freeze({ alg, kid, publicJwk, sign })
  }
  const takes = `a function that gives signatures of ${alg} as JWS has them, by the private half of publicJwk`
  throw new IssuerConfigurationError(`${option}.sign`, 'a function that does not', takes)
}

const signLimitMs = 5_000

async function signWithin(key: ExternalSigningKey, kid: string, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    const signature = (async () => key.sign(bytes))()
    return await within(signLimitMs, signature, (message) => new Error(message))
  } catch (cause) {
    throw new KeyRingError('key_unavailable', `the key ${kid} does not sign`, { cause })
  }
}
