import {
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto'
import { deriveBytes, toBytes, toNumber } from './derive.ts'
import { deriveEcKey, deriveOkpKey, type EllipticCurve, ellipticCurves, signEcdsa } from './elliptic.ts'
import { deriveRsaKey } from './rsa.ts'
import { signPss } from './rsa-padding.ts'

/** What an issuer signs with. */
export interface SigningKey {
  readonly name: string
  readonly kty: 'RSA' | 'EC' | 'OKP' | 'oct'
  /** The algorithms that the key can make good signatures for. */
  readonly algorithms: readonly string[]
  readonly privateKey: KeyObject
  /** `undefined` for a secret. */
  readonly publicKey: KeyObject | undefined
  readonly curve: EllipticCurve | undefined
  /** The private number of an elliptic curve key. */
  readonly scalar: bigint | undefined
}

const curveAlgorithms = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512', secp256k1: 'ES256K' } as const

const noCurve = { curve: undefined, scalar: undefined }

export function makeRsaKey(name: string, bits = 2048): SigningKey {
  const privateKey = deriveRsaKey(name, bits)
  const algorithms = ['RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'PS512']
  return { name, kty: 'RSA', algorithms, privateKey, publicKey: createPublicKey(privateKey), ...noCurve }
}

export function makeEcKey(name: string, curveName: keyof typeof ellipticCurves): SigningKey {
  const curve = ellipticCurves[curveName]
  const privateKey = deriveEcKey(name, curve)
  const algorithms = [curveAlgorithms[curveName]]
  const scalar = toNumber(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'))
  return { name, kty: 'EC', algorithms, privateKey, publicKey: createPublicKey(privateKey), curve, scalar }
}

export function makeEd25519Key(name: string): SigningKey {
  const privateKey = deriveOkpKey(name, 'ed25519')
  const algorithms = ['EdDSA', 'Ed25519']
  return { name, kty: 'OKP', algorithms, privateKey, publicKey: createPublicKey(privateKey), ...noCurve }
}

export function makeSecret(name: string, length: number, algorithm: string): SigningKey {
  return asSecret(name, deriveBytes(name, length), [algorithm])
}

/** A secret of any bytes, also of those of a public key. */
export function asSecret(name: string, bytes: Buffer, algorithms: readonly string[]): SigningKey {
  return {
    name,
    kty: 'oct',
    algorithms,
    privateKey: createSecretKey(bytes),
    publicKey: undefined,
    ...noCurve,
  }
}

export function publicJwkOf(key: SigningKey, members: Record<string, unknown> = {}): JsonWebKey {
  if (key.publicKey === undefined) throw new Error(`${key.name} has no public key`)
  return { ...key.publicKey.export({ format: 'jwk' }), ...members }
}

/** How a signature is made, beyond the algorithm. */
export interface SigningVariation {
  /** Chooses among good signatures. */
  readonly choice: number
  /** Length of the salt of PSS, in bytes; as long as the hash when left out. */
  readonly saltLength?: number | undefined
}

/** A good signature by the rules of `alg`, as far as the key's type allows; repeatable. */
export function signWith(
  key: SigningKey,
  alg: string,
  input: Buffer,
  { choice, saltLength }: SigningVariation,
): Buffer {
  const bits = /(256|384|512)K?$/.exec(alg)?.[1] ?? '256'
  const hash = `sha${bits}`
  switch (key.kty) {
    case 'oct':
      return createHmac(hash, key.privateKey).update(input).digest()
    case 'OKP':
      return sign(null, input, key.privateKey)
    case 'EC':
      return signRaw(key, createHash(hash).update(input).digest(), choice)
    case 'RSA':
      if (!alg.startsWith('PS')) return sign(hash, input, key.privateKey)
      return signPss(key.privateKey, hash, input, deriveBytes(`salt ${choice}`, saltLength ?? Number(bits) / 8))
  }
}

function signRaw({ curve, scalar }: SigningKey, digest: Buffer, choice: number): Buffer {
  const [r, s] = signEcdsa(curve!, scalar!, digest, choice)
  return Buffer.concat([toBytes(r, curve!.length), toBytes(s, curve!.length)])
}
