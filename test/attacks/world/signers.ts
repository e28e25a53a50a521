import { constants, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto'

/** A key that signs, and the JWK that is published of it. */
export interface Signer {
  readonly alg: string
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicJwk: JsonWebKey & { readonly kid: string; readonly alg?: string; readonly use?: string }
  sign(input: string): Buffer
}

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521', ES256K: 'secp256k1' }

/** @param published what the JWK says beside its material; `alg` and `use` by default */
export function makeSigner(alg: string, kid: string, published: object = { alg, use: 'sig' }): Signer {
  return signerOf(makePrivateKey(alg), alg, kid, published)
}

/** A short, long or otherwise unusual RSA key. */
export function makeRsaSigner(alg: string, kid: string, options: { modulusLength?: number; publicExponent?: number }) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, ...options })
  return signerOf(privateKey, alg, kid, { alg, use: 'sig' })
}

function signerOf(privateKey: KeyObject, alg: string, kid: string, published: object): Signer {
  const publicJwk = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, ...published }
  return { alg, kid, privateKey, publicJwk, sign: (input) => signWith(privateKey, alg, input) }
}

function makePrivateKey(alg: string): KeyObject {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519').privateKey
  const namedCurve = curves[alg]
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve }).privateKey
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
}

function signWith(key: KeyObject, alg: string, input: string): Buffer {
  const data = Buffer.from(input)
  if (alg === 'EdDSA') return sign(null, data, key)
  const hash = `sha${alg.slice(2, 5)}`
  if (alg.startsWith('PS')) return signPss(key, hash, data, constants.RSA_PSS_SALTLEN_DIGEST)
  return sign(hash, data, { key, dsaEncoding: 'ieee-p1363' })
}

/** @param saltLength in bytes, or one of the constants of node:crypto */
export function signPss(key: KeyObject, hash: string, data: string | Buffer, saltLength: number): Buffer {
  return sign(hash, Buffer.from(data as string), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}
