import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto'
import { deriveBytes, deriveScalar, invert, toBytes, toNumber } from './derive.ts'

/** A curve of ECDSA keys. */
export interface EllipticCurve {
  readonly name: 'P-256' | 'P-384' | 'P-521' | 'secp256k1'
  readonly nodeName: string
  /** Length of a coordinate, in bytes. */
  readonly length: number
  readonly order: bigint
}

/** SEC 2 §2: parameters of the curves. */
export const ellipticCurves = {
  'P-256': {
    name: 'P-256',
    nodeName: 'prime256v1',
    length: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    name: 'P-384',
    nodeName: 'secp384r1',
    length: 48,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  'P-521': {
    name: 'P-521',
    nodeName: 'secp521r1',
    length: 66,
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
  secp256k1: {
    name: 'secp256k1',
    nodeName: 'secp256k1',
    length: 32,
    order: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  },
} as const satisfies Record<string, EllipticCurve>

/** A point and the number that the base point was multiplied by. */
export interface DerivedPoint {
  readonly scalar: bigint
  readonly x: Buffer
  readonly y: Buffer
}

function derivePoint(label: string, curve: EllipticCurve): DerivedPoint {
  const scalar = deriveScalar(label, curve.order)
  const ecdh = createECDH(curve.nodeName)
  ecdh.setPrivateKey(toBytes(scalar, curve.length))
  const point = ecdh.getPublicKey()
  return { scalar, x: point.subarray(1, 1 + curve.length), y: point.subarray(1 + curve.length) }
}

export function deriveEcKey(label: string, curve: EllipticCurve): KeyObject {
  const { scalar, x, y } = derivePoint(label, curve)
  const member = (bytes: Buffer) => bytes.toString('base64url')
  const jwk = { kty: 'EC', crv: curve.name, x: member(x), y: member(y), d: member(toBytes(scalar, curve.length)) }
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

/** RFC 8410 §7: what stands before the 32 bytes of a private key. */
const pkcs8Prefix = { ed25519: '302e020100300506032b657004220420', x25519: '302e020100300506032b656e04220420' }

export function deriveOkpKey(label: string, type: 'ed25519' | 'x25519'): KeyObject {
  const der = Buffer.concat([Buffer.from(pkcs8Prefix[type], 'hex'), deriveBytes(label, 32)])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

/** How an ECDSA signature is begun: r, and the inverse of k. */
interface Nonce {
  readonly r: bigint
  readonly inverse: bigint
}

const nonceCount = 32
const nonces = new Map<string, readonly Nonce[]>()

function noncesOf(curve: EllipticCurve): readonly Nonce[] {
  let found = nonces.get(curve.name)
  if (found === undefined) {
    found = Array.from({ length: nonceCount }, (_, index) => {
      const { scalar, x } = derivePoint(`nonce ${index} ${curve.name}`, curve)
      return { r: toNumber(x) % curve.order, inverse: invert(scalar, curve.order) }
    })
    nonces.set(curve.name, found)
  }
  return found
}

/**
 * Signs with ECDSA (FIPS 186-4 §6.4) out of a few nonces made beforehand: repeatable, and in a few microseconds on
 * every curve. Whoever sees two such signatures can work out the key, so it is for keys that everybody has.
 *
 * @returns r and s
 */
export function signEcdsa(curve: EllipticCurve, scalar: bigint, digest: Buffer, choice: number): [bigint, bigint] {
  const { r, inverse } = noncesOf(curve)[choice % nonceCount] as Nonce
  const orderBits = curve.order.toString(2).length
  const excess = Math.max(0, digest.length * 8 - orderBits)
  const s = (inverse * ((toNumber(digest) >> BigInt(excess)) + r * scalar)) % curve.order
  return [r, s]
}
