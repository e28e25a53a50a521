import { constants, createCipheriv, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto'
import type { KeyManagementAlgorithm } from '../key-management.ts'
import { agreeOn, deriveKey } from './key-agreement.ts'

/** A content encryption key, and how its recipient comes by it (RFC 7516 §5.1). */
export interface WrappedKey {
  readonly contentKey: Buffer | KeyObject
  readonly encryptedKey: Buffer
  /** Members of the header. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** For which `enc`, and how long its key is, in bytes. */
export interface WantedContentKey {
  readonly enc: string
  readonly length: number
}

type Wrap = (key: KeyObject, wanted: WantedContentKey) => WrappedKey

const empty = Buffer.alloc(0)

const direct: Wrap = (key) => ({ contentKey: key, encryptedKey: empty, parameters: {} })

/** RFC 3394 §2.2.3.1 */
const initialValue = Buffer.alloc(8, 0xa6)

function wrapByAes(bits: 128 | 192 | 256, key: KeyObject | Buffer, contentKey: Buffer): Buffer {
  const cipher = createCipheriv(`id-aes${bits}-wrap`, key, initialValue)
  return Buffer.concat([cipher.update(contentKey), cipher.final()])
}

const aesKeyWrap =
  (bits: 128 | 192 | 256): Wrap =>
  (key, { length }) => {
    const contentKey = randomBytes(length)
    return { contentKey, encryptedKey: wrapByAes(bits, key, contentKey), parameters: {} }
  }

const aesGcmKeyWrap =
  (bits: 128 | 192 | 256): Wrap =>
  (key, { length }) => {
    const contentKey = randomBytes(length)
    const iv = randomBytes(12)
    const cipher = createCipheriv(`aes-${bits}-gcm`, key, iv)
    const encryptedKey = Buffer.concat([cipher.update(contentKey), cipher.final()])
    const parameters = { iv: iv.toString('base64url'), tag: cipher.getAuthTag().toString('base64url') }
    return { contentKey, encryptedKey, parameters }
  }

const rsaOaep =
  (oaepHash: string): Wrap =>
  (key, { length }) => {
    const contentKey = randomBytes(length)
    const encryptedKey = publicEncrypt({ key, oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING }, contentKey)
    return { contentKey, encryptedKey, parameters: {} }
  }

const agreementDirect: Wrap = (key, { enc, length }) => {
  const { secret, epk } = agreeOn(key)
  return { contentKey: deriveKey(secret, enc, length), encryptedKey: empty, parameters: { epk } }
}

const agreementKeyWrap =
  (bits: 128 | 192 | 256): Wrap =>
  (key, { length }) => {
    const { secret, epk } = agreeOn(key)
    const contentKey = randomBytes(length)
    const wrappingKey = deriveKey(secret, `ECDH-ES+A${bits}KW`, bits / 8)
    return { contentKey, encryptedKey: wrapByAes(bits, wrappingKey, contentKey), parameters: { epk } }
  }

export const wrapContentKey = {
  dir: direct,
  A128KW: aesKeyWrap(128),
  A192KW: aesKeyWrap(192),
  A256KW: aesKeyWrap(256),
  A128GCMKW: aesGcmKeyWrap(128),
  A192GCMKW: aesGcmKeyWrap(192),
  A256GCMKW: aesGcmKeyWrap(256),
  'RSA-OAEP': rsaOaep('sha1'),
  'RSA-OAEP-256': rsaOaep('sha256'),
  'RSA-OAEP-384': rsaOaep('sha384'),
  'RSA-OAEP-512': rsaOaep('sha512'),
  'ECDH-ES': agreementDirect,
  'ECDH-ES+A128KW': agreementKeyWrap(128),
  'ECDH-ES+A192KW': agreementKeyWrap(192),
  'ECDH-ES+A256KW': agreementKeyWrap(256),
} as const satisfies Record<KeyManagementAlgorithm, Wrap>
