import {
  constants,
  createCipheriv,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto'
import type { Situation } from '../situation.ts'
import { claimsFor, lifetimeSeconds } from './claims.ts'
import type { CreateIssuing } from './issuing.ts'

/** The bound: JSON, a signature and, where it is asked for, encryption, by hand and nothing else; nothing is checked. */
export const create: CreateIssuing = async ({ alg, kid, signingKey, encryption }) => {
  const header = encode({ alg, typ: 'at+jwt', kid })
  const hash = alg === 'EdDSA' ? null : 'sha256'
  const key = {
    key: createPrivateKey({ key: signingKey, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363',
    ...(alg === 'PS256' && {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }),
  } as const
  const encrypt = encryption && createEncryption(encryption)
  return (subject) => {
    const iat = Math.floor(Date.now() / 1000)
    const claims = { ...claimsFor(subject, randomUUID()), iat, exp: iat + lifetimeSeconds }
    const input = `${header}.${encode(claims)}`
    const token = `${input}.${sign(hash, Buffer.from(input, 'latin1'), key).toString('base64url')}`
    return encrypt === undefined ? token : encrypt(token)
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

type Encryption = NonNullable<Situation['encryption']>

function createEncryption({ alg, enc, decryptionKey }: Encryption): (token: string) => string {
  const kid = String(decryptionKey['kid'])
  const header = { cty: 'at+jwt', alg, enc, kid }
  const wrap = wrappers[alg as keyof typeof wrappers](decryptionKey)
  return (token) => {
    const { contentKey, encryptedKey, epk } = wrap()
    const protectedHeader = encode(epk === undefined ? header : { ...header, epk })
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', contentKey, iv)
    cipher.setAAD(Buffer.from(protectedHeader, 'latin1'))
    const ciphertext = Buffer.concat([cipher.update(token, 'latin1'), cipher.final()])
    return [
      protectedHeader,
      encryptedKey.toString('base64url'),
      iv.toString('base64url'),
      ciphertext.toString('base64url'),
      cipher.getAuthTag().toString('base64url'),
    ].join('.')
  }
}

interface Wrapped {
  readonly contentKey: Buffer | KeyObject
  readonly encryptedKey: Buffer
  readonly epk?: object
}

const wrappers = {
  dir: ({ k = '' }: Encryption['decryptionKey']) => {
    const contentKey = createSecretKey(Buffer.from(k, 'base64url'))
    return (): Wrapped => ({ contentKey, encryptedKey: Buffer.alloc(0) })
  },
  'RSA-OAEP-256': ({ kty, n, e }: Encryption['decryptionKey']) => {
    const key = createPublicKey({ key: { kty, n, e } as Encryption['decryptionKey'], format: 'jwk' })
    return (): Wrapped => {
      const contentKey = randomBytes(32)
      const options = { key, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING }
      return { contentKey, encryptedKey: publicEncrypt(options, contentKey) }
    }
  },
  'ECDH-ES+A256KW': ({ x = '', y = '' }: Encryption['decryptionKey']) => {
    const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
    const name = Buffer.from('ECDH-ES+A256KW')
    const info = Buffer.concat([uint32(name.length), name, uint32(0), uint32(0), uint32(256)])
    return (): Wrapped => {
      const ecdh = createECDH('prime256v1')
      const own = ecdh.generateKeys()
      const secret = ecdh.computeSecret(point)
      const key = createHash('sha256').update(uint32(1)).update(secret).update(info).digest()
      const contentKey = randomBytes(32)
      const cipher = createCipheriv('id-aes256-wrap', key, Buffer.alloc(8, 0xa6))
      const encryptedKey = Buffer.concat([cipher.update(contentKey), cipher.final()])
      const coordinate = (from: number) => own.subarray(from, from + 32).toString('base64url')
      return { contentKey, encryptedKey, epk: { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) } }
    }
  },
} as const

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
