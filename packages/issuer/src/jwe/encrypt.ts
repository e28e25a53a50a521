import type { KeyObject } from 'node:crypto'
import { type ContentEncryption, contentKeyLengths, type KeyManagementAlgorithm } from '../key-management.ts'
import { encryptContent } from './content-encryption.ts'
import { wrapContentKey } from './key-wrapping.ts'

/** How to encrypt: the members of the header that decide. */
export interface JweAlgorithms {
  readonly alg: KeyManagementAlgorithm
  readonly enc: ContentEncryption
}

/**
 * Encrypts text (RFC 7516 §5.1, compact serialization).
 *
 * @param header the protected header, without what the key management adds to it
 */
export function encryptJwe(
  plaintext: string,
  key: KeyObject,
  header: Readonly<Record<string, unknown>> & JweAlgorithms,
): string {
  const { alg, enc } = header
  const wrapped = wrapContentKey[alg](key, { enc, length: contentKeyLengths[enc] })
  const { contentKey, encryptedKey, parameters } = wrapped
  const protectedHeader = Buffer.from(JSON.stringify({ ...header, ...parameters })).toString('base64url')
  const additionalData = Buffer.from(protectedHeader, 'latin1')
  const { iv, ciphertext, tag } = encryptContent[enc](contentKey, Buffer.from(plaintext, 'utf8'), additionalData)
  const segments = [encryptedKey, iv, ciphertext, tag].map((bytes) => bytes.toString('base64url'))
  return `${protectedHeader}.${segments.join('.')}`
}
