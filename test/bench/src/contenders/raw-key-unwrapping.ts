import {
  type CipherGCMTypes,
  constants,
  createDecipheriv,
  createECDH,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  hash,
  type JsonWebKey,
  privateDecrypt,
} from 'node:crypto'
import type { Situation } from '../situation.ts'
import { decode } from './raw-jws.ts'

type Encryption = NonNullable<Situation['encryption']>
type Unwrap = (encryptedKey: Buffer, header: Record<string, unknown>) => Buffer

const wrapInitialValue = Buffer.alloc(8, 0xa6)
const nodeCurves: Readonly<Record<string, string>> = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
}

/** Key management by hand (RFC 7518 §4). */
export function createRawKeyUnwrapping({ alg, enc, decryptionKey }: Encryption): Unwrap {
  if (alg.startsWith('RSA-OAEP')) return rsaOaep(alg, decryptionKey)
  if (alg.startsWith('ECDH-ES')) return ecdhEs(alg, enc, decryptionKey)
  const secret = createSecretKey(decryptionKey.k ?? '', 'base64url')
  if (alg === 'dir') {
    const contentKey = secret.export()
    return () => contentKey
  }
  const bits = alg.slice(1, 4)
  return alg.endsWith('GCMKW')
    ? gcmKeyWrap(`aes-${bits}-gcm` as CipherGCMTypes, secret.export())
    : (encryptedKey) => unwrapAes(bits, secret.export(), encryptedKey)
}

function rsaOaep(alg: string, jwk: JsonWebKey): Unwrap {
  const oaepHash = `sha${alg.slice('RSA-OAEP-'.length) || '1'}`
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  const options = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }
  return (encryptedKey) => privateDecrypt(options, encryptedKey)
}

function gcmKeyWrap(cipher: CipherGCMTypes, key: Buffer): Unwrap {
  return (encryptedKey, { iv, tag }) => {
    const decipher = createDecipheriv(cipher, key, decode(String(iv)), { authTagLength: 16 })
    decipher.setAuthTag(decode(String(tag)))
    const contentKey = decipher.update(encryptedKey)
    decipher.final()
    return contentKey
  }
}

function ecdhEs(alg: string, enc: string, jwk: JsonWebKey): Unwrap {
  const agree = agreement(jwk)
  const wrapBits = /A(\d{3})KW$/.exec(alg)?.[1]
  const name = wrapBits === undefined ? enc : alg
  const length = wrapBits === undefined ? contentKeyBytes(enc) : Number(wrapBits) / 8
  const otherInfo = Buffer.concat([lengthPrefixed(name), uint32(0), uint32(0), uint32(length * 8)])
  return (encryptedKey, { epk }) => {
    const secret = agree(epk as JsonWebKey)
    const first = hash('sha256', Buffer.concat([uint32(1), secret, otherInfo]), 'buffer')
    const more = length > 32 ? [hash('sha256', Buffer.concat([uint32(2), secret, otherInfo]), 'buffer')] : []
    const agreed = Buffer.concat([first, ...more], length)
    return wrapBits === undefined ? agreed : unwrapAes(wrapBits, agreed, encryptedKey)
  }
}

/** createECDH needs no import of the other's key, which would cost more than half of the agreement. */
function agreement(jwk: JsonWebKey): (epk: JsonWebKey) => Buffer {
  const { crv = '' } = jwk
  const curve = nodeCurves[crv]
  if (curve === undefined) {
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
    return (epk) => diffieHellman({ privateKey, publicKey: createPublicKey({ key: epk, format: 'jwk' }) })
  }
  const ecdh = createECDH(curve)
  ecdh.setPrivateKey(jwk.d ?? '', 'base64url')
  return ({ crv: other, x = '', y = '' }) => {
    if (other !== crv) throw new Error('curve')
    return ecdh.computeSecret(Buffer.concat([Buffer.of(4), decode(x), decode(y)]))
  }
}

function unwrapAes(bits: string, key: Buffer, wrapped: Buffer): Buffer {
  const decipher = createDecipheriv(`aes${bits}-wrap`, key, wrapInitialValue)
  const contentKey = decipher.update(wrapped)
  decipher.final()
  return contentKey
}

function contentKeyBytes(enc: string): number {
  return enc.includes('CBC') ? Number(enc.slice(-3)) / 8 : Number(enc.slice(1, 4)) / 8
}

function lengthPrefixed(text: string): Buffer {
  return Buffer.concat([uint32(text.length), Buffer.from(text, 'latin1')])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value)
  return bytes
}
