import { aesCbcHmac } from './aes-cbc-hmac.ts'
import { aesGcm } from './aes-gcm.ts'
import type { ContentEncryptionEntry } from './content-encryption-entry.ts'

/** The one table of content encryption algorithms (RFC 7518 §5.1): adding one is adding an entry. */
export const contentEncryptionAlgorithms = {
  A128GCM: aesGcm(128),
  A192GCM: aesGcm(192),
  A256GCM: aesGcm(256),
  'A128CBC-HS256': aesCbcHmac(128),
  'A192CBC-HS384': aesCbcHmac(192),
  'A256CBC-HS512': aesCbcHmac(256),
} as const satisfies Record<string, ContentEncryptionEntry>

/** A content encryption algorithm (`enc`) that Sallyport decrypts, by its registered name. */
export type ContentEncryption = keyof typeof contentEncryptionAlgorithms

/** All names, in the table's order. */
export const contentEncryptionNames = Object.keys(contentEncryptionAlgorithms) as readonly ContentEncryption[]

/** Whether the table has an algorithm of exactly this name. */
export function isContentEncryption(name: unknown): name is ContentEncryption {
  return typeof name === 'string' && Object.hasOwn(contentEncryptionAlgorithms, name)
}
