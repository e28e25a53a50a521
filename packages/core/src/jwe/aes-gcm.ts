import { createDecipheriv } from 'node:crypto'
import type { ContentEncryptionEntry } from './content-encryption-entry.ts'

// Without authTagLength Node takes tags from 4 bytes on (JWE-4).
const options = { authTagLength: 16 } as const

/** Content encryption with AES GCM (RFC 7518 §5.3). */
export function aesGcm(bits: 128 | 192 | 256): ContentEncryptionEntry {
  const cipher = `aes-${bits}-gcm` as const
  return {
    keyLength: bits / 8,
    ivLength: 12,
    tagLength: 16,
    blockLength: 1,
    decrypt: (key, { iv, ciphertext, tag, additionalData }) => {
      const decipher = createDecipheriv(cipher, key, iv, options)
      decipher.setAAD(additionalData)
      decipher.setAuthTag(tag)
      const plaintext = decipher.update(ciphertext)
      // A stream mode holds no bytes back: final() only compares the tag, and throws when it differs.
      decipher.final()
      return plaintext
    },
  }
}
