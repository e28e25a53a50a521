import { createHash, generateKeyPairSync, type JsonWebKey, type KeyObject, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'

export interface SigningKey {
  readonly kid: string
  readonly alg: string
  /** As it is published. */
  readonly jwk: Readonly<Record<string, unknown>>
  readonly privateKey: KeyObject
  readonly thumbprint: string
}

function makePair(alg: string) {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519')
  const namedCurve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521', ES256K: 'secp256k1' }[alg]
  if (namedCurve === undefined) throw new Error(`no keys are made for ${alg}`)
  return generateKeyPairSync('ec', { namedCurve })
}

export function makeKey(kid: string, alg = 'ES256'): SigningKey {
  const { publicKey, privateKey } = makePair(alg)
  const material = publicKey.export({ format: 'jwk' })
  return {
    kid,
    alg,
    jwk: { ...material, kid, alg, use: 'sig' },
    privateKey,
    thumbprint: thumbprintOf(material),
  }
}

/** A public key that nobody can sign with, at once: RSA keys take long to make. */
export function rsaJwk(bits = 2048, exponent: bigint = 65_537n): Readonly<Record<string, unknown>> {
  const modulus = BigInt(`0x${randomBytes(Math.ceil(bits / 8)).toString('hex')}`)
  const odd = BigInt.asUintN(bits - 1, modulus) | (1n << BigInt(bits - 1)) | 1n
  return { kty: 'RSA', n: encodeInteger(odd), e: encodeInteger(exponent) }
}

function encodeInteger(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

/** RFC 7638, written down once more, so that the tests have an oracle. */
function thumbprintOf({ crv, e, kty, n, x, y }: JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, e, kty, n, x, y })).digest('base64url')
}

export function mint(key: SigningKey): Promise<string> {
  return new SignJWT({ scope: 'read' }).setProtectedHeader({ alg: key.alg, kid: key.kid }).sign(key.privateKey)
}
