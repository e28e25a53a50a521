import {
  constants,
  createHmac,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  timingSafeEqual,
  verify,
  type VerifyKeyObjectInput,
} from 'node:crypto'

/** Everything about one JWS algorithm (RFC 7518 §3, RFC 8037 §3.1, RFC 8812 §3.2, RFC 9964 §3). */
export interface AlgorithmEntry {
  /** Whether it is accepted without being named: asymmetric and recommended. */
  readonly byDefault: boolean
  /** The hash's size in bits where a secret is used: the least a secret must have (RFC 7518 §3.2). */
  readonly secretBits?: number
  /** Exact length of a signature by this key, in bytes (JOSE-10). */
  readonly signatureLength: (key: KeyObject) => number
  readonly verify: (key: KeyObject, input: Uint8Array, signature: Uint8Array) => boolean
  /** As `verify`, on the thread pool; `undefined` where that would cost more than it spares. */
  readonly verifyOnThreadPool?: (key: KeyObject, input: Uint8Array, signature: Uint8Array) => Promise<boolean>
  /** Whether one verification takes so long that it never holds the main thread up, unless an option says so. */
  readonly isSlow: (key: KeyObject) => boolean
  /** Where not every runtime has it: whether this one does. */
  readonly isAvailable?: () => boolean
}

type KeyParameters = KeyObject | VerifyKeyObjectInput

/** An algorithm that node:crypto verifies with a public key. */
function asymmetric(
  hash: string | null,
  parametersFor: (key: KeyObject) => KeyParameters,
  own: Pick<AlgorithmEntry, 'signatureLength'> & Partial<AlgorithmEntry>,
): AlgorithmEntry {
  return {
    byDefault: true,
    isSlow: () => false,
    verify: (key, input, signature) => verify(hash, input, parametersFor(key), signature),
    verifyOnThreadPool: (key, input, signature) =>
      new Promise((resolve, reject) => {
        verify(hash, input, parametersFor(key), signature, (error, isValid) => {
          if (error) reject(error)
          else resolve(isValid)
        })
      }),
    ...own,
  }
}

const modulusLength = (key: KeyObject) => Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)

/** 2048 bits take 0.03 ms, 4096 0.08 ms, 8192 0.3 ms. */
const rsaParts = { signatureLength: modulusLength, isSlow: (key: KeyObject) => modulusLength(key) > 512 }

const rsa = (hash: string) => asymmetric(hash, (key) => key, rsaParts)

const rsaPss = (hash: string) =>
  asymmetric(
    hash,
    // RFC 7518 §3.5: the salt is as long as the hash. Node's own default accepts any length (JOSE-16).
    (key) => ({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }),
    rsaParts,
  )

/** OpenSSL has fast code for P-256 only (0.09 ms); secp256k1 takes 0.4 ms, P-384 0.9 ms and P-521 1.9 ms. */
const ecdsa = (hash: string, length: number, own: Partial<AlgorithmEntry> = { isSlow: () => true }) =>
  asymmetric(hash, (key) => ({ key, dsaEncoding: 'ieee-p1363' }), { signatureLength: () => length, ...own })

const ed25519 = asymmetric(null, (key) => key, { signatureLength: () => 64 })

/** RFC 9964, with keys of type AKP; Node.js has it from 24.7 on. */
const mlDsa = (alg: string, publicKeyLength: number, signatureLength: number) =>
  asymmetric(null, (key) => key, {
    byDefault: false,
    signatureLength: () => signatureLength,
    isAvailable: () => canImport({ kty: 'AKP', alg, pub: Buffer.alloc(publicKeyLength).toString('base64url') }),
  })

/** Asks the runtime itself: neither its version nor that of its OpenSSL says for certain. */
function canImport(key: JsonWebKey): boolean {
  try {
    createPublicKey({ key, format: 'jwk' })
    return true
  } catch {
    return false
  }
}

const hmac = (hash: string, secretBits: number): AlgorithmEntry => ({
  byDefault: false,
  secretBits,
  signatureLength: () => secretBits / 8,
  isSlow: () => false,
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
  ES256: ecdsa('sha256', 64, {}),
  ES384: ecdsa('sha384', 96),
  ES512: ecdsa('sha512', 132),
  ES256K: ecdsa('sha256', 64, { isSlow: () => true, byDefault: false }),
  EdDSA: ed25519,
  Ed25519: ed25519,
  'ML-DSA-44': mlDsa('ML-DSA-44', 1312, 2420),
  'ML-DSA-65': mlDsa('ML-DSA-65', 1952, 3309),
  'ML-DSA-87': mlDsa('ML-DSA-87', 2592, 4627),
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
