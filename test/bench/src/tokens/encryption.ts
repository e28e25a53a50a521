import {
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { CompactEncrypt } from 'jose'
import type { EncryptionForm } from '../situation.ts'

/** Encrypts signed tokens to one key. */
export interface TokenEncryption {
  readonly decryptionKey: JsonWebKey
  encrypt(token: string): Promise<string>
}

export function makeEncryptionKey({ alg, enc, curve }: EncryptionForm): TokenEncryption {
  const kid = 'enc-2026-11'
  const privateKey = makeKey(alg, enc, curve)
  const publicKey = privateKey.type === 'secret' ? privateKey : createPublicKey(privateKey)
  return {
    decryptionKey: { ...privateKey.export({ format: 'jwk' }), kid, alg, use: 'enc' },
    encrypt: (token) =>
      new CompactEncrypt(Buffer.from(token)).setProtectedHeader({ alg, enc, kid, cty: 'at+jwt' }).encrypt(publicKey),
  }
}

function makeKey(alg: string, enc: string, curve: EncryptionForm['curve']): KeyObject {
  if (alg.startsWith('RSA')) return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  if (curve === 'X25519') return generateKeyPairSync('x25519').privateKey
  if (curve !== undefined) return generateKeyPairSync('ec', { namedCurve: curve }).privateKey
  return createSecretKey(randomBytes(alg === 'dir' ? contentKeyBytes(enc) : Number(alg.slice(1, 4)) / 8))
}

/** RFC 7518 §5.1: CBC with HMAC takes a key twice as long, half for each. */
function contentKeyBytes(enc: string): number {
  return enc.includes('CBC') ? Number(enc.slice(-3)) / 8 : Number(enc.slice(1, 4)) / 8
}
