import { createECDH, createHash, diffieHellman, type ECDH, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** A secret that only the owner of the key can agree on too, and what that takes (RFC 7518 §4.6.1). */
interface Agreement {
  readonly secret: Buffer
  readonly epk: Readonly<Record<string, string>>
}

/** By what Node.js calls the curves. */
const curves = {
  prime256v1: { crv: 'P-256', bytes: 32 },
  secp384r1: { crv: 'P-384', bytes: 48 },
  secp521r1: { crv: 'P-521', bytes: 66 },
} as const

/** With a new key each time (RFC 7518 §4.6), so that no two tokens share a secret. */
export function agreeOn(key: KeyObject): Agreement {
  if (key.asymmetricKeyType === 'x25519') return agreeOnX25519(key)
  const name = key.asymmetricKeyDetails?.namedCurve as keyof typeof curves
  const { crv, bytes } = curves[name]
  const ephemeral = createECDH(name)
  const point = ephemeral.generateKeys()
  const coordinate = (index: 0 | 1) => point.subarray(1 + index * bytes, 1 + (index + 1) * bytes).toString('base64url')
  return { secret: computeSecret(ephemeral, key), epk: { kty: 'EC', crv, x: coordinate(0), y: coordinate(1) } }
}

/** The points of keys, in the form that ECDH objects take. */
const points = new WeakMap<KeyObject, Buffer>()

function computeSecret(ephemeral: ECDH, key: KeyObject): Buffer {
  let point = points.get(key)
  if (point === undefined) {
    const { x = '', y = '' } = key.export({ format: 'jwk' })
    point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
    points.set(key, point)
  }
  return ephemeral.computeSecret(point)
}

function agreeOnX25519(publicKey: KeyObject): Agreement {
  const ephemeral = generateKeyPairSync('x25519')
  const { crv = '', x = '' } = ephemeral.publicKey.export({ format: 'jwk' })
  return { secret: diffieHellman({ privateKey: ephemeral.privateKey, publicKey }), epk: { kty: 'OKP', crv, x } }
}

/** Concat KDF (RFC 7518 §4.6.2) without party information. */
export function deriveKey(secret: Buffer, algorithm: string, length: number): Buffer {
  const name = Buffer.from(algorithm)
  const info = Buffer.alloc(4 + name.length + 12)
  info.writeUInt32BE(name.length, 0)
  name.copy(info, 4)
  info.writeUInt32BE(length * 8, 4 + name.length + 8)
  const rounds = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash('sha256')
      .update(Buffer.of(0, 0, 0, index + 1))
      .update(secret)
      .update(info)
      .digest(),
  )
  return Buffer.concat(rounds).subarray(0, length)
}
