import { createECDH, createPublicKey, diffieHellman, type KeyObject, subtle } from 'node:crypto'
import type { Awaitable } from '../awaitable.ts'
import { runOffMainThread } from './off-main-thread.ts'

/** Computes the shared secret with a public key; throws, or gives `undefined`, when that is not on the curve. */
type Agreement = (publicKey: Buffer) => Awaitable<Buffer | undefined>

/** Everything about one curve for ECDH-ES (RFC 7518 §6.2.1.1, RFC 8037 §2). */
interface CurveEntry {
  readonly kty: 'EC' | 'OKP'
  /** As node:crypto names it. */
  readonly nodeName: string
  /** Exact length of a coordinate, in bytes. */
  readonly coordinateLength: number
  readonly prepare: (privateKey: KeyObject) => Agreement
}

/**
 * The one table of curves: adding one is adding an entry.
 *
 * OpenSSL has fast code for P-256 (0.1 ms) and X25519 (0.04 ms) only; the long curves take 1.2 and 2.8 ms, and leave
 * the main thread as long RSA keys do (JWE-12).
 */
export const curves = {
  'P-256': { kty: 'EC', nodeName: 'prime256v1', coordinateLength: 32, prepare: agreeOnP256 },
  'P-384': { kty: 'EC', nodeName: 'secp384r1', coordinateLength: 48, prepare: agreeOffMainThread('P-384') },
  'P-521': { kty: 'EC', nodeName: 'secp521r1', coordinateLength: 66, prepare: agreeOffMainThread('P-521') },
  X25519: { kty: 'OKP', nodeName: 'x25519', coordinateLength: 32, prepare: agreeOnX25519 },
} as const satisfies Record<string, CurveEntry>

/** A curve by its registered name. */
export type Curve = keyof typeof curves

/** Whether the table has a curve of exactly this name. */
export function isCurve(name: unknown): name is Curve {
  return typeof name === 'string' && Object.hasOwn(curves, name)
}

/** The curve of an EC or X25519 key, if it is one of the table's. */
export function curveOf(key: KeyObject): Curve | undefined {
  const name = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType
  return (Object.keys(curves) as Curve[]).find((curve) => curves[curve].nodeName === name)
}

/** createECDH needs no import of the public key, which costs more than half of the agreement itself. */
function agreeOnP256(privateKey: KeyObject): Agreement {
  const ecdh = createECDH(curves['P-256'].nodeName)
  ecdh.setPrivateKey(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url')
  // Throws for a point that is not on the curve, the invalid curve attack (RFC 8725 §3.4).
  return (publicKey) => ecdh.computeSecret(publicKey)
}

function agreeOnX25519(privateKey: KeyObject): Agreement {
  return (publicKey) => {
    const key = { kty: 'OKP', crv: 'X25519', x: publicKey.toString('base64url') }
    // Throws when the secret is all zeros, as points of small order make it (RFC 7748 §6.1, RFC 8037 §5).
    return diffieHellman({ privateKey, publicKey: createPublicKey({ key, format: 'jwk' }) })
  }
}

function agreeOffMainThread(namedCurve: 'P-384' | 'P-521'): (privateKey: KeyObject) => Agreement {
  const algorithm = { name: 'ECDH', namedCurve }
  return (privateKey) => {
    let imported: ReturnType<typeof subtle.importKey> | undefined
    const importKey = () =>
      subtle.importKey('pkcs8', privateKey.export({ type: 'pkcs8', format: 'der' }), algorithm, false, ['deriveBits'])
    return (publicKey) =>
      runOffMainThread(async () => {
        const own = await (imported ??= importKey())
        try {
          const other = await subtle.importKey('raw', publicKey, algorithm, false, [])
          const bits = curves[namedCurve].coordinateLength * 8
          return Buffer.from(await subtle.deriveBits({ name: 'ECDH', public: other }, own, bits))
        } catch {
          return undefined
        }
      })
  }
}
