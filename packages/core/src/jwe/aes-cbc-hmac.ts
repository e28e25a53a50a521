import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { AccessTokenError } from '../error.ts'
import type { ContentEncryptionEntry } from './content-encryption-entry.ts'

/** Content encryption with AES CBC and HMAC SHA-2 (RFC 7518 §5.2): half of the key authenticates, half encrypts. */
export function aesCbcHmac(bits: 128 | 192 | 256): ContentEncryptionEntry {
  const cipher = `aes-${bits}-cbc`
  const hash = `sha${bits * 2}`
  const half = bits / 8
  return {
    keyLength: half * 2,
    ivLength: 16,
    tagLength: half,
    blockLength: 16,
    decrypt: (key, { iv, ciphertext, tag, additionalData }) => {
      const mac = createHmac(hash, key.subarray(0, half))
        .update(additionalData)
        .update(iv)
        .update(ciphertext)
        .update(bitLength(additionalData))
        .digest()
      // The MAC first: a padding that is never looked at tells nothing (JWE-6).
      if (!timingSafeEqual(mac.subarray(0, half), tag)) throw new AccessTokenError('decryption_failed')
      const decipher = createDecipheriv(cipher, key.subarray(half), iv)
      return Buffer.concat([decipher.update(ciphertext), decipher.final()])
    },
  }
}

/** AL of RFC 7518 §5.2.2.1: the number of bits as a 64-bit big-endian integer. */
function bitLength(data: Buffer): Buffer {
  const length = Buffer.alloc(8)
  length.writeUInt32BE(data.length * 8, 4)
  return length
}
