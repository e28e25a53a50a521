import { constants, createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto'

/** Everything about one JWS algorithm (RFC 7518 §3, RFC 8037 §3.1, RFC 8812 §3.2). */
interface AlgorithmEntry {
  /** Whether it is accepted without being named: asymmetric and recommended. */
  readonly byDefault: boolean
  /** The hash's size in bits where a secret is used: the least a secret must have (RFC 7518 §3.2). */
  readonly secretBits?: number
  /** Exact length of a signature by this key, in bytes (JOSE-10). */
  readonly signatureLength: (key: KeyObject) => number
  readonly verify: (key: KeyObject, input: Buffer, signature: Buffer) => boolean
}

const modulusLength = (key: KeyObject) => Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)

const rsa = (hash: string): AlgorithmEntry => ({
  byDefault: true,
  signatureLength: modulusLength,
  verify: (key, input, signature) => verify(hash, input, key, signature),
})

const rsaPss = (hash: string): AlgorithmEntry => ({
  byDefault: true,
  signatureLength: modulusLength,
  // RFC 7518 §3.5: the salt is as long as the hash. Node's own default accepts any length (JOSE-16).
  verify: (key, input, signature) =>
    verify(
      hash,
      input,
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
      signature,
    ),
})

const ecdsa = (hash: string, length: number, byDefault = true): AlgorithmEntry => ({
  byDefault,
  signatureLength: () => length,
  verify: (key, input, signature) => verify(hash, input, { key, dsaEncoding: 'ieee-p1363' }, signature),
})

const ed25519: AlgorithmEntry = {
  byDefault: true,
  signatureLength: () => 64,
  verify: (key, input, signature) => verify(null, input, key, signature),
}

const hmac = (hash: string, secretBits: number): AlgorithmEntry => ({
  byDefault: false,
  secretBits,
  signatureLength: () => secretBits / 8,
  verify: (key, input, signature) => timingSafeEqual(createHmac(hash, key).update(input).digest(), signature),
})

/** The one table of signature algorithms: adding one is adding an entry. Which key fits is `fitsAlgorithm`'s to say. */
export const signatureAlgorithms = {
  RS256: rsa('sha256'),
  RS384: rsa('sha384'),
  RS512: rsa('sha512'),
  PS256: rsaPss('sha256'),
  PS384: rsaPss('sha384'),
  PS512: rsaPss('sha512'),
  ES256: ecdsa('sha256', 64),
  ES384: ecdsa('sha384', 96),
  ES512: ecdsa('sha512', 132),
  ES256K: ecdsa('sha256', 64, false),
  EdDSA: ed25519,
  Ed25519: ed25519,
  HS256: hmac('sha256', 256),
  HS384: hmac('sha384', 384),
  HS512: hmac('sha512', 512),
} as const satisfies Record<string, AlgorithmEntry>

/** A JWS algorithm that Sallyport verifies, by its registered name. */
export type SignatureAlgorithm = keyof typeof signatureAlgorithms

/** The algorithms that need a shared secret. */
export type SecretAlgorithm = 'HS256' | 'HS384' | 'HS512'

/** The algorithms that verify with a public key. */
export type PublicKeyAlgorithm = Exclude<SignatureAlgorithm, SecretAlgorithm>

/** The table's entry of an algorithm, by the exact name (JOSE-4). */
export function findSignatureAlgorithm(name: string): AlgorithmEntry | undefined {
  return Object.hasOwn(signatureAlgorithms, name) ? signatureAlgorithms[name as SignatureAlgorithm] : undefined
}

/** Whether the algorithm is one of those that need a shared secret. */
export function isSecretAlgorithm(name: string): name is SecretAlgorithm {
  return findSignatureAlgorithm(name)?.secretBits !== undefined
}
