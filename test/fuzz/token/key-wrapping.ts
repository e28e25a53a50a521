import {
  createCipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import { deriveBytes } from '../keys/derive.ts'
import { deriveEcKey, deriveOkpKey, ellipticCurves } from '../keys/elliptic.ts'
import type { Recipient } from '../keys/recipients.ts'
import { encryptOaep } from '../keys/rsa-padding.ts'
import { contentCiphers, type Enc } from './content-cipher.ts'

/** How a content key is brought to a recipient. */
export interface Wrapping {
  readonly recipient: Recipient
  readonly alg: string
  readonly enc: Enc
  /** For ECDH-ES, as they go into the key derivation. */
  readonly apu: Buffer
  readonly apv: Buffer
  /** Chooses keys and initialization vectors. */
  readonly choice: number
}

/** The content key, what stands in the second segment, and what the algorithm has in the header. */
export interface WrappedContentKey {
  readonly contentKey: Buffer
  readonly encryptedKey: Buffer
  readonly parameters: Readonly<Record<string, unknown>>
}

/** RFC 7518 §4: all algorithms but RSA1_5 and PBES2; repeatable. */
export function wrapContentKey(wrapping: Wrapping): WrappedContentKey {
  const { recipient, alg, enc, choice } = wrapping
  const contentKey = deriveBytes(`content key ${choice}`, contentCiphers[enc].keyLength)
  if (alg === 'dir') {
    return { contentKey: recipient.privateKey.export(), encryptedKey: Buffer.alloc(0), parameters: {} }
  }
  if (alg.startsWith('RSA-OAEP')) {
    const hash = `sha${alg.slice('RSA-OAEP-'.length) || '1'}`
    const seed = deriveBytes(`oaep ${choice}`, createHash(hash).digest().length)
    return { contentKey, encryptedKey: encryptOaep(recipient.publicKey!, hash, contentKey, seed), parameters: {} }
  }
  if (alg.startsWith('ECDH-ES')) return agree(wrapping, contentKey)
  const key = recipient.privateKey.export()
  if (alg.endsWith('GCMKW')) return sealKey(key, contentKey, choice)
  return { contentKey, encryptedKey: wrapAes(key, contentKey), parameters: {} }
}

function wrapAes(key: Buffer, contentKey: Buffer): Buffer {
  const cipher = createCipheriv(`aes${key.length * 8}-wrap`, key, Buffer.alloc(8, 0xa6))
  return Buffer.concat([cipher.update(contentKey), cipher.final()])
}

function sealKey(key: Buffer, contentKey: Buffer, choice: number): WrappedContentKey {
  const iv = deriveBytes(`iv of key ${choice}`, 12)
  const cipher = createCipheriv(`aes-${(key.length * 8) as 128 | 192 | 256}-gcm`, key, iv)
  const encryptedKey = Buffer.concat([cipher.update(contentKey), cipher.final()])
  const parameters = { iv: iv.toString('base64url'), tag: cipher.getAuthTag().toString('base64url') }
  return { contentKey, encryptedKey, parameters }
}

function agree({ recipient, alg, enc, apu, apv, choice }: Wrapping, contentKey: Buffer): WrappedContentKey {
  const { epk, secret } = agreementWith(recipient.publicKey!, choice)
  const parameters = {
    epk,
    ...(apu.length === 0 ? {} : { apu: apu.toString('base64url') }),
    ...(apv.length === 0 ? {} : { apv: apv.toString('base64url') }),
  }
  const bits = /\+A(\d+)KW$/.exec(alg)?.[1]
  const length = bits === undefined ? contentCiphers[enc].keyLength : Number(bits) / 8
  const derived = concatKdf(secret, bits === undefined ? enc : alg, apu, apv, length)
  if (bits === undefined) return { contentKey: derived, encryptedKey: Buffer.alloc(0), parameters }
  return { contentKey, encryptedKey: wrapAes(derived, contentKey), parameters }
}

/** RFC 7518 §4.6.2. */
function concatKdf(secret: Buffer, algorithm: string, apu: Buffer, apv: Buffer, length: number): Buffer {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return bytes
  }
  const prefixed = (bytes: Buffer) => Buffer.concat([number(bytes.length), bytes])
  const info = Buffer.concat([prefixed(Buffer.from(algorithm)), prefixed(apu), prefixed(apv), number(length * 8)])
  const round = (count: number) => createHash('sha256').update(number(count)).update(secret).update(info).digest()
  return Buffer.concat([round(1), round(2)]).subarray(0, length)
}

interface Agreement {
  readonly epk: JsonWebKey
  readonly secret: Buffer
}

const ephemeralCount = 16
const agreements = new WeakMap<KeyObject, Agreement[]>()

/** A few ephemeral keys for each recipient, agreed upon once: encrypting costs no curve arithmetic then. */
function agreementWith(publicKey: KeyObject, choice: number): Agreement {
  const known = agreements.get(publicKey) ?? []
  agreements.set(publicKey, known)
  const index = choice % ephemeralCount
  return (known[index] ??= makeAgreement(publicKey, index))
}

function makeAgreement(publicKey: KeyObject, index: number): Agreement {
  const { crv } = publicKey.export({ format: 'jwk' })
  const label = `ephemeral ${crv} ${index}`
  const privateKey =
    crv === 'X25519' ? deriveOkpKey(label, 'x25519') : deriveEcKey(label, ellipticCurves[crv as 'P-256'])
  const epk = createPublicKey(privateKey).export({ format: 'jwk' })
  return { epk, secret: diffieHellman({ privateKey, publicKey }) }
}
