import { aesGcmKeyWrap } from './aes-gcm-key-wrap.ts'
import { aesKeyWrap } from './aes-key-wrap.ts'
import { direct } from './direct.ts'
import { ecdhEs, ecdhEsKeyWrap } from './ecdh-es.ts'
import type { KeyManagementEntry } from './key-management-entry.ts'
import { rsaOaep } from './rsa-oaep.ts'

/** The one table of key management algorithms (RFC 7518 §4.1): adding one is adding an entry. */
const table = {
  dir: direct,
  A128KW: aesKeyWrap(128),
  A192KW: aesKeyWrap(192),
  A256KW: aesKeyWrap(256),
  A128GCMKW: aesGcmKeyWrap(128),
  A192GCMKW: aesGcmKeyWrap(192),
  A256GCMKW: aesGcmKeyWrap(256),
  'RSA-OAEP': rsaOaep('sha1'),
  'RSA-OAEP-256': rsaOaep('sha256'),
  'RSA-OAEP-384': rsaOaep('sha384'),
  'RSA-OAEP-512': rsaOaep('sha512'),
  'ECDH-ES': ecdhEs,
  'ECDH-ES+A128KW': ecdhEsKeyWrap(128),
  'ECDH-ES+A192KW': ecdhEsKeyWrap(192),
  'ECDH-ES+A256KW': ecdhEsKeyWrap(256),
} as const satisfies Record<string, KeyManagementEntry>

/** A key management algorithm (`alg` of a JWE) that Sallyport decrypts with, by its registered name. */
export type KeyManagementAlgorithm = keyof typeof table

export const keyManagementAlgorithms: Readonly<Record<KeyManagementAlgorithm, KeyManagementEntry>> = table

/** All names, in the table's order. */
export const keyManagementNames = Object.keys(table) as readonly KeyManagementAlgorithm[]

/** Whether the table has an algorithm of exactly this name. */
export function isKeyManagementAlgorithm(name: unknown): name is KeyManagementAlgorithm {
  return typeof name === 'string' && Object.hasOwn(table, name)
}
