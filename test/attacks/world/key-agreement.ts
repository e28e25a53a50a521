import { createCipheriv, createHash, diffieHellman, generateKeyPairSync, randomBytes } from 'node:crypto'
import { segment } from './compact.ts'
import { decryptionKeys } from './encryption.ts'

/** An ephemeral key, and the secret that the API computes with it. */
export interface Agreement {
  readonly epk: object
  readonly secret: Buffer
}

/** A real agreement with one of the API's keys, as anybody makes it. */
export function agreeWith(alg: 'ECDH-ES' | 'ECDH-ES+A256KW'): Agreement {
  const { publicKey, privateKey } =
    alg === 'ECDH-ES' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('x25519')
  return {
    epk: publicKey.export({ format: 'jwk' }),
    secret: diffieHellman({ privateKey, publicKey: decryptionKeys[alg].publicKey }),
  }
}

/** A whole token out of an agreement, whether that is real or forged: it opens wherever the secret is the right one. */
export function encryptAfter(alg: 'ECDH-ES' | 'ECDH-ES+A256KW', { epk, secret }: Agreement, plaintext: string): string {
  const isWrapped = alg === 'ECDH-ES+A256KW'
  const agreedKey = deriveKey(secret, isWrapped ? alg : 'A256GCM')
  const contentKey = isWrapped ? randomBytes(32) : agreedKey
  const header = segment({ alg, enc: 'A256GCM', cty: 'JWT', kid: alg, epk })
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(header))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const wrapped = isWrapped ? wrapKey(agreedKey, contentKey) : Buffer.alloc(0)
  return [header, ...[wrapped, iv, ciphertext, cipher.getAuthTag()].map(segment)].join('.')
}

/** The Concat KDF for 256 bits (RFC 7518 §4.6.2), without apu and apv: one round. */
function deriveKey(secret: Buffer, algorithm: string): Buffer {
  const uint32 = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return bytes
  }
  const parts = [uint32(1), secret, uint32(algorithm.length), Buffer.from(algorithm), uint32(0), uint32(0), uint32(256)]
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}

/** RFC 3394 §2.2.1. */
function wrapKey(wrappingKey: Buffer, contentKey: Buffer): Buffer {
  const cipher = createCipheriv('aes256-wrap', wrappingKey, Buffer.alloc(8, 0xa6))
  return Buffer.concat([cipher.update(contentKey), cipher.final()])
}
