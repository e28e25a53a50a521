import type { PublishedKey } from './published-key.ts'

/** What published keys are for: to verify what their owner signs, or to encrypt for their owner (RFC 7517 §4.2). */
export type KeyUse = 'sig' | 'enc'

/** What a key must be for an algorithm. */
interface KeyShape {
  readonly kty: PublishedKey['kty']
  readonly crv?: string
}

const rsa: KeyShape = { kty: 'RSA' }
const ed25519: KeyShape = { kty: 'OKP', crv: 'Ed25519' }

const agreement: readonly KeyShape[] = [
  { kty: 'EC', crv: 'P-256' },
  { kty: 'EC', crv: 'P-384' },
  { kty: 'EC', crv: 'P-521' },
  { kty: 'OKP', crv: 'X25519' },
]

type Shapes = ReadonlyMap<string, readonly KeyShape[]>

/** RFC 7518 §3.1, RFC 8037 §3.1, RFC 8812 §3.2, RFC 9864 §2.2, RFC 9964 §3: adding an algorithm is adding an entry. */
const signatureShapes: Shapes = new Map([
  ['RS256', [rsa]],
  ['RS384', [rsa]],
  ['RS512', [rsa]],
  ['PS256', [rsa]],
  ['PS384', [rsa]],
  ['PS512', [rsa]],
  ['ES256', [{ kty: 'EC', crv: 'P-256' }]],
  ['ES384', [{ kty: 'EC', crv: 'P-384' }]],
  ['ES512', [{ kty: 'EC', crv: 'P-521' }]],
  ['ES256K', [{ kty: 'EC', crv: 'secp256k1' }]],
  ['EdDSA', [ed25519]],
  ['Ed25519', [ed25519]],
  ['ML-DSA-44', [{ kty: 'AKP', crv: 'ML-DSA-44' }]],
  ['ML-DSA-65', [{ kty: 'AKP', crv: 'ML-DSA-65' }]],
  ['ML-DSA-87', [{ kty: 'AKP', crv: 'ML-DSA-87' }]],
])

/** RFC 7518 §4.1, RFC 8037 §3.2, those with a public key; RSA1_5 is not among them (RFC 8725 §3.2). */
const encryptionShapes: Shapes = new Map([
  ['RSA-OAEP', [rsa]],
  ['RSA-OAEP-256', [rsa]],
  ['RSA-OAEP-384', [rsa]],
  ['RSA-OAEP-512', [rsa]],
  ['ECDH-ES', agreement],
  ['ECDH-ES+A128KW', agreement],
  ['ECDH-ES+A192KW', agreement],
  ['ECDH-ES+A256KW', agreement],
])

const shapesOf = { sig: signatureShapes, enc: encryptionShapes } as const satisfies Record<KeyUse, Shapes>

/** The algorithms that some published key of that use can suit. */
export const knownAlgorithms: Readonly<Record<KeyUse, readonly string[]>> = {
  sig: [...signatureShapes.keys()],
  enc: [...encryptionShapes.keys()],
}

/** Whether the key's use, type and curve are those of the algorithm. */
export function hasShapeFor({ use, kty, crv }: Pick<PublishedKey, 'use' | 'kty' | 'crv'>, algorithm: string): boolean {
  const shapes = shapesOf[use].get(algorithm) ?? []
  return shapes.some((shape) => shape.kty === kty && (shape.crv === undefined || shape.crv === crv))
}

/**
 * Whether a key suits an algorithm: its use, its `kty`, its `crv`, and its own `alg` where it was published with one
 * (RFC 7517 §4.4, RFC 8725 §3.1). A name that is not in the table suits no key.
 */
export function fitsAlgorithm(key: PublishedKey, algorithm: string): boolean {
  return (key.alg === undefined || key.alg === algorithm) && hasShapeFor(key, algorithm)
}
