import { type CipherGCMTypes, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'

interface Content {
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
  readonly additionalData: Buffer
}

/** Content decryption by hand (RFC 7518 §5). */
export function createRawContentDecryption(enc: string): (key: Buffer, content: Content) => Buffer {
  const bits = Number(enc.slice(1, 4))
  return enc.endsWith('GCM') ? gcm(`aes-${bits}-gcm` as CipherGCMTypes) : cbcHmac(bits)
}

function gcm(cipher: CipherGCMTypes) {
  const options = { authTagLength: 16 } as const
  return (key: Buffer, { iv, ciphertext, tag, additionalData }: Content) => {
    const decipher = createDecipheriv(cipher, key, iv, options)
    decipher.setAAD(additionalData)
    decipher.setAuthTag(tag)
    const plaintext = decipher.update(ciphertext)
    decipher.final()
    return plaintext
  }
}

function cbcHmac(bits: number) {
  const half = bits / 8
  const length = Buffer.alloc(8)
  return (key: Buffer, { iv, ciphertext, tag, additionalData }: Content) => {
    length.writeUInt32BE(additionalData.length * 8, 4)
    const mac = createHmac(`sha${bits * 2}`, key.subarray(0, half))
      .update(additionalData)
      .update(iv)
      .update(ciphertext)
      .update(length)
      .digest()
    if (!timingSafeEqual(mac.subarray(0, half), tag)) throw new Error('tag')
    const decipher = createDecipheriv(`aes-${bits}-cbc`, key.subarray(half), iv)
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  }
}
