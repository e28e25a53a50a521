import { constants, generateKeyPair, type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { signingLoad } from './signing-load.ts'
import { IssuerConfigurationError, quoted } from './configuration-error.ts'

const generatePair = promisify(generateKeyPair)

/** A value, at once where nothing has to be waited for. */
export type Awaitable<T> = T | Promise<T>

/** Everything about one JWS algorithm (RFC 7518 §3, RFC 8037 §3.1, RFC 9864 §2.2, RFC 9964 §3). */
interface SigningAlgorithmEntry {
  readonly hash: string | null
  readonly padding?: { readonly padding: number; readonly saltLength: number }
  /** Takes long enough to be worth another thread: an RSA signature takes a millisecond, the others a fraction of it. */
  readonly isSlow: boolean
  /** The key it needs, in words. */
  readonly takes: string
  readonly fits: (key: KeyObject) => boolean
  readonly generate: () => Promise<KeyObject>
}

const minModulusBits = 2048
const maxModulusBits = 8192

const rsa = (hash: string, padding?: SigningAlgorithmEntry['padding']): SigningAlgorithmEntry => ({
  hash,
  ...(padding && { padding }),
  isSlow: true,
  takes: `an RSA key of ${minModulusBits} to ${maxModulusBits} bits with an odd exponent from 3 to 2^32`,
  fits: isStrongRsa,
  generate: async () => (await generatePair('rsa', { modulusLength: minModulusBits })).privateKey,
})

/** RFC 7518 §3.5: the salt is as long as the hash. */
const rsaPss = (hash: string) =>
  rsa(hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST })

const ecdsa = (hash: string, curve: string, nodeName: string): SigningAlgorithmEntry => ({
  hash,
  isSlow: false,
  takes: `an EC key on ${curve}`,
  fits: (key) => key.asymmetricKeyDetails?.namedCurve === nodeName,
  generate: async () => (await generatePair('ec', { namedCurve: nodeName })).privateKey,
})

const ed25519: SigningAlgorithmEntry = {
  hash: null,
  isSlow: false,
  takes: 'an OKP key on Ed25519',
  fits: (key) => key.asymmetricKeyType === 'ed25519',
  generate: async () => (await generatePair('ed25519')).privateKey,
}

type PostQuantum = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'

/** RFC 9964 §3; in Node.js from 24.7 on, which the types of older ones do not know. */
const mlDsa = (name: PostQuantum): SigningAlgorithmEntry => {
  const nodeName = name.toLowerCase()
  return {
    hash: null,
    isSlow: true,
    takes: `an AKP key of ${name}, which needs Node.js 24.7 or later`,
    fits: (key) => key.asymmetricKeyType === (nodeName as string),
    generate: async () => (await generatePair(nodeName as 'ed25519')).privateKey,
  }
}

/** The one table of signature algorithms: adding one is adding an entry. */
export const signingAlgorithms = {
  RS256: rsa('sha256'),
  RS384: rsa('sha384'),
  RS512: rsa('sha512'),
  PS256: rsaPss('sha256'),
  PS384: rsaPss('sha384'),
  PS512: rsaPss('sha512'),
  ES256: ecdsa('sha256', 'P-256', 'prime256v1'),
  ES384: ecdsa('sha384', 'P-384', 'secp384r1'),
  ES512: ecdsa('sha512', 'P-521', 'secp521r1'),
  EdDSA: ed25519,
  Ed25519: ed25519,
  'ML-DSA-44': mlDsa('ML-DSA-44'),
  'ML-DSA-65': mlDsa('ML-DSA-65'),
  'ML-DSA-87': mlDsa('ML-DSA-87'),
} as const satisfies Record<string, SigningAlgorithmEntry>

/** A JWS algorithm that access tokens are signed with, by its registered name. */
export type SigningAlgorithm = keyof typeof signingAlgorithms

/**
 * Makes a private key.
 *
 * @throws IssuerConfigurationError where the runtime has no such keys
 */
export async function generateKeyFor(algorithm: SigningAlgorithm, option: string): Promise<KeyObject> {
  try {
    return await signingAlgorithms[algorithm].generate()
  } catch {
    const takes = 'an algorithm that this runtime has: ML-DSA needs Node.js 24.7 or later'
    throw new IssuerConfigurationError(option, quoted(algorithm), takes)
  }
}

export const signingAlgorithmNames = Object.keys(signingAlgorithms) as readonly SigningAlgorithm[]

/** Makes signatures as JWS has them: ECDSA as the two integers, not as DER (RFC 7518 §3.4). */
export function signWith(algorithm: SigningAlgorithm, key: KeyObject): (input: Uint8Array) => Awaitable<Buffer> {
  const { hash, padding, isSlow }: SigningAlgorithmEntry = signingAlgorithms[algorithm]
  const options = { key, dsaEncoding: 'ieee-p1363', ...padding } as const
  const signNow = (input: Uint8Array) => sign(hash, input, options)
  if (!isSlow) return signNow
  const signOnPool = (input: Uint8Array) =>
    new Promise<Buffer>((resolve, reject) => {
      sign(hash, input, options, (error, signature) => (error === null ? resolve(signature) : reject(error)))
    })
  // The others take from one millisecond to three.
  if (key.asymmetricKeyDetails?.modulusLength !== 2048) return signOnPool
  return (input) => (signingLoad.isPoolBetter() ? signingLoad.runOnPool(() => signOnPool(input)) : signNow(input))
}

/** Whether the public key is the one that belongs to what has signed. */
export async function isPair(
  algorithm: SigningAlgorithm,
  publicKey: KeyObject,
  sign: (input: Uint8Array) => Awaitable<Uint8Array>,
): Promise<boolean> {
  const { hash, padding }: SigningAlgorithmEntry = signingAlgorithms[algorithm]
  const probe = Buffer.from('key pair')
  const signature: unknown = await sign(probe)
  const options = { key: publicKey, dsaEncoding: 'ieee-p1363', ...padding } as const
  return signature instanceof Uint8Array && verify(hash, probe, options, signature)
}

function isStrongRsa({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {}
  return (
    asymmetricKeyType === 'rsa' &&
    modulusLength >= minModulusBits &&
    modulusLength <= maxModulusBits &&
    publicExponent >= 3n &&
    publicExponent <= 2n ** 32n &&
    publicExponent % 2n === 1n
  )
}
