import { createCipheriv, createHmac, type KeyObject, randomBytes } from 'node:crypto'
import type { ContentEncryption } from '../key-management.ts'

/** What content encryption makes (RFC 7516 §2). */
export interface EncryptedContent {
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

type Encrypt = (key: Buffer | KeyObject, plaintext: Buffer, additionalData: Buffer) => EncryptedContent

/** RFC 7518 §5.3: a random 96-bit initialization vector; a content key of ours encrypts once, a shared one seldom enough. */
const gcm =
  (bits: 128 | 192 | 256): Encrypt =>
  (key, plaintext, additionalData) => {
    const iv = randomBytes(12)
    const cipher = createCipheriv(`aes-${bits}-gcm`, key, iv)
    cipher.setAAD(additionalData)
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
    return { iv, ciphertext, tag: cipher.getAuthTag() }
  }

/** RFC 7518 §5.2.2.1: the first half of the key authenticates, the second encrypts. */
const cbc =
  (bits: 128 | 192 | 256, hash: string): Encrypt =>
  (given, plaintext, additionalData) => {
    const iv = randomBytes(16)
    const key = Buffer.isBuffer(given) ? given : given.export()
    const half = key.length / 2
    const cipher = createCipheriv(`aes-${bits}-cbc`, key.subarray(half), iv)
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
    const additionalBits = Buffer.alloc(8)
    additionalBits.writeUInt32BE(additionalData.length * 8, 4)
    const mac = createHmac(hash, key.subarray(0, half))
    for (const part of [additionalData, iv, ciphertext, additionalBits]) mac.update(part)
    return { iv, ciphertext, tag: mac.digest().subarray(0, half) }
  }

export const encryptContent = {
  A128GCM: gcm(128),
  A192GCM: gcm(192),
  A256GCM: gcm(256),
  'A128CBC-HS256': cbc(128, 'sha256'),
  'A192CBC-HS384': cbc(192, 'sha384'),
  'A256CBC-HS512': cbc(256, 'sha512'),
} as const satisfies Record<ContentEncryption, Encrypt>
