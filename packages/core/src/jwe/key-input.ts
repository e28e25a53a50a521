import { createPrivateKey, createSecretKey, KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { decodeBase64Url } from '../compact/index.ts'
import { checkNames } from '../checks.ts'
import { ConfigurationError, Described } from '../configuration-error.ts'
import { type ContentEncryption, isContentEncryption } from './content-encryption.ts'
import type { KeyType } from './key-management-entry.ts'
import {
  isKeyManagementAlgorithm,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
  keyManagementNames,
} from './key-management.ts'
import { checkKeyPair, keyTypeOf } from './key-pair.ts'

/**
 * A private or secret key to decrypt with: a JWK, or key material together with the one algorithm that it is for.
 *
 * A JWK with `alg` is for exactly that algorithm (a content encryption algorithm there means `dir` with it). Without
 * `alg` an RSA key is for RSA-OAEP of any hash, an EC or X25519 key for ECDH-ES with or without key wrapping; a secret
 * has to have `alg`.
 */
export type DecryptionKeyInput =
  | JWK
  | {
      /** PEM text of a private key (PKCS #8, PKCS #1, SEC 1), a KeyObject, or a secret's bytes. */
      readonly key: string | KeyObject | Uint8Array
      readonly algorithm: KeyManagementAlgorithm
      readonly kid?: string | undefined
    }

/** A decryption key as node:crypto has it, and what it is for. */
export interface ImportedKey {
  readonly key: KeyObject
  readonly kid: string | undefined
  readonly algorithms: readonly KeyManagementAlgorithm[]
  /** The only content encryption that the key is for, when its JWK names one. */
  readonly enc: ContentEncryption | undefined
}

type Members = Readonly<Record<string, unknown>>

const maxKeyIdLength = 512

/**
 * Imports and checks a configured key.
 *
 * @throws ConfigurationError
 */
export function importKey(input: unknown, option: string): ImportedKey {
  if (typeof input !== 'object' || input === null || input instanceof KeyObject) {
    throw new ConfigurationError(option, withoutValue(input), 'a private or secret JWK, or { key, algorithm, kid }')
  }
  const members = input as Members
  return 'key' in members ? importMaterial(members, option) : importJwk(members, option)
}

function importMaterial(members: Members, option: string): ImportedKey {
  const { key: material, algorithm, kid } = checkNames(members, ['key', 'algorithm', 'kid'], option)
  const key = materialToKey(material, `${option}.key`)
  const algorithms = [namedAlgorithm(algorithm, keyTypeOf(key, `${option}.key`), `${option}.algorithm`)]
  checkKeyPair(key, `${option}.key`)
  checkSecretLength(key, algorithms, `${option}.key`)
  return { key, kid: checkedKeyId(kid, option), algorithms, enc: undefined }
}

function materialToKey(material: unknown, option: string): KeyObject {
  if (material instanceof Uint8Array) return createSecretKey(material)
  if (material instanceof KeyObject) {
    if (material.type !== 'public') return material
    throw new ConfigurationError(option, new Described('a public key'), 'a private key: a public one only encrypts')
  }
  const takes = 'PEM text of an unencrypted private key, a KeyObject, or the bytes of a secret'
  if (typeof material !== 'string') throw new ConfigurationError(option, withoutValue(material), takes)
  if (/-----BEGIN (?:RSA )?PUBLIC KEY-----|-----BEGIN CERTIFICATE-----/.test(material)) {
    throw new ConfigurationError(option, new Described('a public key'), takes)
  }
  try {
    return createPrivateKey(material)
  } catch {
    throw new ConfigurationError(option, new Described('text that is no such key'), takes)
  }
}

function importJwk(jwk: Members, option: string): ImportedKey {
  const { alg, kid, use, key_ops: operations } = jwk
  const key = jwkToKey(jwk, option)
  const type = keyTypeOf(key, option)
  if (use !== undefined && use !== 'enc') throw new ConfigurationError(`${option}.use`, use, '"enc", or to be left out')
  const enc = isContentEncryption(alg) ? alg : undefined
  const algorithms = jwkAlgorithms(enc === undefined ? alg : 'dir', type, `${option}.alg`)
  checkOperations(operations, type, `${option}.key_ops`)
  checkKeyPair(key, option, jwk)
  checkSecretLength(key, algorithms, `${option}.k`)
  return { key, kid: checkedKeyId(kid, option), algorithms, enc }
}

function jwkToKey(jwk: Members, option: string): KeyObject {
  const { kty, k, d } = jwk
  if (kty === 'oct') {
    const secret = typeof k === 'string' ? decodeBase64Url(k) : undefined
    if (secret !== undefined) return createSecretKey(secret)
    throw new ConfigurationError(`${option}.k`, withoutValue(k), 'a secret as base64url without padding')
  }
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP') {
    throw new ConfigurationError(`${option}.kty`, kty, '"oct", "RSA", "EC" or "OKP"')
  }
  if (d === undefined) {
    throw new ConfigurationError(option, new Described('a public key'), 'a private key: a public one only encrypts')
  }
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' })
  } catch {
    const takes = 'a private JWK with all its members (RSA: n, e, d, p, q, dp, dq, qi) of a supported curve'
    throw new ConfigurationError(option, new Described(`a JWK that is no such key`), takes)
  }
}

/** Each key is for one family of algorithms at most, so that none serves two purposes (JWE-1). */
function jwkAlgorithms(alg: unknown, type: KeyType, option: string): readonly KeyManagementAlgorithm[] {
  if (alg !== undefined || type === 'oct') return [namedAlgorithm(alg, type, option)]
  return algorithmsFor(type)
}

const notImplemented: Readonly<Record<string, string>> = {
  RSA1_5: 'RSA1_5 is not implemented: its padding lets attackers decrypt by asking (RFC 8725 §3.2)',
  'PBES2-HS256+A128KW': 'PBES2 is not implemented: it is for passwords, and each token would choose our work',
  'PBES2-HS384+A192KW': 'PBES2 is not implemented: it is for passwords, and each token would choose our work',
  'PBES2-HS512+A256KW': 'PBES2 is not implemented: it is for passwords, and each token would choose our work',
}

function namedAlgorithm(name: unknown, type: KeyType, option: string): KeyManagementAlgorithm {
  if (isKeyManagementAlgorithm(name) && keyManagementAlgorithms[name].keyTypes.includes(type)) return name
  const reason = typeof name === 'string' && Object.hasOwn(notImplemented, name) ? ` (${notImplemented[name]})` : ''
  throw new ConfigurationError(
    option,
    name,
    `for a key of type ${type} one of ${algorithmsFor(type).join(', ')}${reason}`,
  )
}

function algorithmsFor(type: KeyType): readonly KeyManagementAlgorithm[] {
  return keyManagementNames.filter((name) => keyManagementAlgorithms[name].keyTypes.includes(type))
}

const operationsOf: Readonly<Record<KeyType, readonly string[]>> = {
  oct: ['decrypt', 'unwrapKey'],
  RSA: ['decrypt', 'unwrapKey'],
  EC: ['deriveKey', 'deriveBits'],
  OKP: ['deriveKey', 'deriveBits'],
}

/** RFC 7517 §4.3. */
function checkOperations(operations: unknown, type: KeyType, option: string): void {
  if (operations === undefined) return
  const taken = operationsOf[type]
  if (Array.isArray(operations) && operations.some((operation) => taken.includes(operation))) return
  throw new ConfigurationError(option, operations, `an array with one of ${taken.join(', ')}, or to be left out`)
}

function checkSecretLength(key: KeyObject, algorithms: readonly KeyManagementAlgorithm[], option: string): void {
  if (key.type !== 'secret') return
  for (const algorithm of algorithms) {
    const { secretLength } = keyManagementAlgorithms[algorithm]
    if (secretLength === undefined || secretLength === key.symmetricKeySize) continue
    const got = new Described(`a secret of ${key.symmetricKeySize} bytes`)
    throw new ConfigurationError(option, got, `a secret of ${secretLength} bytes for ${algorithm}`)
  }
}

function checkedKeyId(kid: unknown, option: string): string | undefined {
  if (kid === undefined || (typeof kid === 'string' && kid.length <= maxKeyIdLength)) return kid
  throw new ConfigurationError(
    `${option}.kid`,
    kid,
    `a string of at most ${maxKeyIdLength} characters, or to be left out`,
  )
}

/** What was given instead of a key may be one nevertheless: only its kind is told. */
function withoutValue(value: unknown): unknown {
  return typeof value === 'string' ? new Described('text') : value
}
