import { createDecipheriv, type KeyObject } from 'node:crypto'
import type { KeyManagementEntry } from './key-management-entry.ts'

export type AesBits = 128 | 192 | 256

/** RFC 3394 §2.2.3.1: what unwrapping compares, and so knows that the key was right. */
const initialValue = Buffer.alloc(8, 0xa6)

/** Unwraps with AES Key Wrap (RFC 3394 §2.2.2); throws when the key, or what it wrapped, is wrong. */
export function unwrapAes(bits: AesBits, key: KeyObject | Buffer, wrapped: Buffer): Buffer {
  const decipher = createDecipheriv(`aes${bits}-wrap`, key, initialValue)
  const unwrapped = decipher.update(wrapped)
  decipher.final()
  return unwrapped
}

/** How much longer a wrapped key is than the key. */
export const aesKeyWrapOverhead = initialValue.length

/** Key wrapping with AES Key Wrap (RFC 7518 §4.4). */
export function aesKeyWrap(bits: AesBits): KeyManagementEntry<void> {
  return {
    keyTypes: ['oct'],
    secretLength: bits / 8,
    encryptedKeyLength: (contentKeyLength) => contentKeyLength + aesKeyWrapOverhead,
    readParameters: () => {},
    prepare: (key) => ({
      suits: () => true,
      unwrap: ({ encryptedKey }) => unwrapAes(bits, key, encryptedKey),
    }),
  }
}
