import { createCipheriv, createHmac } from 'node:crypto'

interface ContentCipher {
  /** Lengths in bytes. */
  readonly keyLength: number
  readonly ivLength: number
  readonly encrypt: (
    key: Buffer,
    iv: Buffer,
    additional: Buffer,
    plaintext: Buffer,
  ) => { ciphertext: Buffer; tag: Buffer }
}

function gcm(bits: 128 | 192 | 256): ContentCipher {
  return {
    keyLength: bits / 8,
    ivLength: 12,
    encrypt: (key, iv, additional, plaintext) => {
      const cipher = createCipheriv(`aes-${bits}-gcm`, key, iv).setAAD(additional)
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
      return { ciphertext, tag: cipher.getAuthTag() }
    },
  }
}

function cbcHmac(bits: 128 | 192 | 256): ContentCipher {
  const half = bits / 8
  return {
    keyLength: half * 2,
    ivLength: 16,
    encrypt: (key, iv, additional, plaintext) => {
      const cipher = createCipheriv(`aes-${bits}-cbc`, key.subarray(half), iv)
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
      const length = Buffer.alloc(8)
      length.writeBigUInt64BE(BigInt(additional.length * 8))
      const mac = createHmac(`sha${bits * 2}`, key.subarray(0, half))
      for (const part of [additional, iv, ciphertext, length]) mac.update(part)
      return { ciphertext, tag: mac.digest().subarray(0, half) }
    },
  }
}

/** RFC 7518 §5: how content is encrypted, with everything given, so that it is repeatable. */
export const contentCiphers = {
  A128GCM: gcm(128),
  A192GCM: gcm(192),
  A256GCM: gcm(256),
  'A128CBC-HS256': cbcHmac(128),
  'A192CBC-HS384': cbcHmac(192),
  'A256CBC-HS512': cbcHmac(256),
} as const satisfies Record<string, ContentCipher>

export type Enc = keyof typeof contentCiphers

export const encNames = Object.keys(contentCiphers) as readonly Enc[]
