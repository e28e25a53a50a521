import type { PublishedKey } from './published-key.ts'

/** What a key must be to verify with an algorithm. */
interface KeyShape {
  readonly kty: PublishedKey['kty']
  readonly crv?: string
}

const rsa: KeyShape = { kty: 'RSA' }
const ed25519: KeyShape = { kty: 'OKP', crv: 'Ed25519' }

/** RFC 7518 §3.1, RFC 8037 §3.1, RFC 8812 §3.2, RFC 9864 §2.2, RFC 9964 §3: adding an algorithm is adding an entry. */
const shapes: ReadonlyMap<string, KeyShape> = new Map([
  ['RS256', rsa],
  ['RS384', rsa],
  ['RS512', rsa],
  ['PS256', rsa],
  ['PS384', rsa],
  ['PS512', rsa],
  ['ES256', { kty: 'EC', crv: 'P-256' }],
  ['ES384', { kty: 'EC', crv: 'P-384' }],
  ['ES512', { kty: 'EC', crv: 'P-521' }],
  ['ES256K', { kty: 'EC', crv: 'secp256k1' }],
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
  ['ML-DSA-44', { kty: 'AKP', crv: 'ML-DSA-44' }],
  ['ML-DSA-65', { kty: 'AKP', crv: 'ML-DSA-65' }],
  ['ML-DSA-87', { kty: 'AKP', crv: 'ML-DSA-87' }],
])

/** The JWS algorithms that some published key can suit. */
export const knownAlgorithms: readonly string[] = [...shapes.keys()]

/** Whether the key's type and curve are those of the algorithm. */
export function hasShapeFor(key: Pick<PublishedKey, 'kty' | 'crv'>, algorithm: string): boolean {
  const shape = shapes.get(algorithm)
  return shape !== undefined && shape.kty === key.kty && (shape.crv === undefined || shape.crv === key.crv)
}

/**
 * Whether a key suits a JWS algorithm: its `kty`, its `crv`, and its own `alg` where it was published with one
 * (RFC 7517 §4.4, RFC 8725 §3.1). A name that is not in the table suits no key.
 */
export function fitsAlgorithm(key: PublishedKey, algorithm: string): boolean {
  return (key.alg === undefined || key.alg === algorithm) && hasShapeFor(key, algorithm)
}
