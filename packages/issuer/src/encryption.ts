import { createPublicKey, createSecretKey, KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { checkKeyId, checkNames, checkOneOf, type Given, isObject } from './checks.ts'
import { IssuerConfigurationError, kindOf, quoted } from './configuration-error.ts'
import { encryptJwe, type JweAlgorithms } from './jwe/index.ts'
import {
  type ContentEncryption,
  contentEncryptionNames,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
  keyManagementNames,
} from './key-management.ts'

/** For which key of a resource server a token is encrypted, and how. */
export interface EncryptionRecipient {
  /** The resource server's public key, or a secret shared with it: a JWK, a KeyObject, or the bytes of a secret. */
  readonly key: JWK | KeyObject | Uint8Array
  /** Key management. Default: the JWK's `alg`. */
  readonly alg?: KeyManagementAlgorithm | undefined
  /** Content encryption. Default `A256GCM`. */
  readonly enc?: ContentEncryption | undefined
  /** Names the key in the header. Default: the JWK's `kid`. */
  readonly kid?: string | undefined
}

/** A recipient that was checked; `header` has `alg`, `enc` and `kid`. */
export interface Recipient {
  readonly key: KeyObject
  readonly header: Readonly<Record<string, unknown>> & JweAlgorithms
}

/**
 * Encrypts text, usually a signed token, for a resource server: a JWE in compact serialization (RFC 7516 §7.1) with
 * `cty` at+jwt.
 *
 * Encryption vouches for nobody: with a public key everybody encrypts. Sign first.
 *
 * @param header further members of the protected header, for instance replicated claims (RFC 7519 §5.3)
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const nested = await encryptToken(signed, { key: publicJwk, alg: 'ECDH-ES+A256KW' })
 * ```
 */
export async function encryptToken(
  token: string,
  recipient: EncryptionRecipient,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return encryptFor(importRecipient(recipient, 'recipient'), token, header)
}

export function encryptFor(recipient: Recipient, token: string, header: Given = {}): string {
  return encryptJwe(token, recipient.key, { cty: 'at+jwt', ...header, ...recipient.header })
}

/** @throws IssuerConfigurationError */
export function importRecipient(given: unknown, option: string): Recipient {
  const members = checkNames(given, ['key', 'alg', 'enc', 'kid'], option)
  const jwk = isObject(members['key']) && !isKey(members['key']) ? members['key'] : {}
  if (jwk['use'] !== undefined && jwk['use'] !== 'enc') {
    throw new IssuerConfigurationError(`${option}.key.use`, quoted(jwk['use']), '"enc", or to be left out')
  }
  const alg = checkOneOf(members['alg'] ?? jwk['alg'], keyManagementNames, `${option}.alg`)
  if (jwk['alg'] !== undefined && jwk['alg'] !== alg) {
    throw new IssuerConfigurationError(`${option}.alg`, quoted(alg), `${quoted(jwk['alg'])}, which the key is for`)
  }
  const enc = checkOneOf(members['enc'] ?? 'A256GCM', contentEncryptionNames, `${option}.enc`)
  const key = importKey(members['key'], `${option}.key`)
  const entry = keyManagementAlgorithms[alg]
  if (!entry.fits(key, enc)) {
    throw new IssuerConfigurationError(`${option}.key`, 'another key', `${entry.takes(enc)} for ${alg} with ${enc}`)
  }
  const kid = members['kid'] ?? jwk['kid']
  return { key, header: { alg, enc, ...(kid !== undefined && { kid: checkKeyId(kid, `${option}.kid`) }) } }
}

function importKey(given: unknown, option: string): KeyObject {
  const takes = 'a public or secret JWK or KeyObject, or the bytes of a secret'
  const isPrivate = given instanceof KeyObject ? given.type === 'private' : isObject(given) && given['d'] !== undefined
  if (isPrivate) {
    throw new IssuerConfigurationError(
      option,
      'a private key',
      `${takes}: the private one is the resource server's alone`,
    )
  }
  if (given instanceof KeyObject) return given
  if (given instanceof Uint8Array) return createSecretKey(given)
  if (!isObject(given)) throw new IssuerConfigurationError(option, kindOf(given), takes)
  const { kty, k } = given
  if (kty === 'oct' && typeof k === 'string' && /^[\w-]+$/.test(k)) return createSecretKey(Buffer.from(k, 'base64url'))
  try {
    return createPublicKey({ key: given as JWK, format: 'jwk' })
  } catch {
    throw new IssuerConfigurationError(option, 'an object that is no such key', takes)
  }
}

function isKey(value: object): boolean {
  return value instanceof KeyObject || value instanceof Uint8Array
}
