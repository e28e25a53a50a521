import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { checkKeyId, checkOneOf, type Given, isObject } from './checks.ts'
import { IssuerConfigurationError, kindOf, quoted } from './configuration-error.ts'
import {
  type Awaitable,
  generateKeyFor,
  isPair,
  type SigningAlgorithm,
  signingAlgorithmNames,
  signingAlgorithms,
  signWith,
} from './signing-algorithms.ts'

/** A public signature key as it is published (RFC 7517 §4). */
export type PublishedJwk = JWK & { readonly kid: string; readonly alg: SigningAlgorithm; readonly use: 'sig' }

/** Signs with one key. The private key is in a closure: nothing that prints a signer shows it. */
export interface Signer {
  readonly alg: SigningAlgorithm
  readonly kid: string
  /** The public half. */
  readonly publicJwk: PublishedJwk
  /** The signature over a JWS signing input (RFC 7515 §5.1), in the form that JWS has it. */
  sign(input: Uint8Array): Promise<Uint8Array>
}

/** A configured key: its public half, and the signer where it has a private one. */
export interface ImportedKey {
  readonly publicJwk: PublishedJwk
  readonly signer: Signer | undefined
}

/**
 * Makes a new private key for an issuer, as a JWK with `kid` (its RFC 7638 thumbprint), `alg` and `use`.
 *
 * Whoever has it can issue tokens: keep it in a secret store, never in a repository.
 *
 * @param algorithm default `ES256`; RSA keys have 2048 bits
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const issuer = await createIssuer({ issuer: 'https://as.example', keys: [await generateSigningKey('EdDSA')] })
 * ```
 */
export async function generateSigningKey(algorithm: SigningAlgorithm = 'ES256'): Promise<JWK> {
  const alg = checkOneOf(algorithm, signingAlgorithmNames, 'algorithm')
  const jwk = (await generateKeyFor(alg, 'algorithm')).export({ format: 'jwk' }) as JWK
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' }
}

/**
 * Makes a signer of a private JWK, for signing something else than access tokens with an issuer's key.
 *
 * @param jwk with `alg`; `kid` defaults to its RFC 7638 thumbprint
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const signer = await createSigner(await generateSigningKey('RS256'))
 * const signature = await signer.sign(new TextEncoder().encode(`${header}.${payload}`))
 * ```
 */
export async function createSigner(jwk: JWK): Promise<Signer> {
  const { signer } = await importSigningKey(jwk, undefined, 'jwk')
  if (signer !== undefined) return signer
  throw new IssuerConfigurationError('jwk', 'a public key', 'a private one: a public key signs nothing')
}

/**
 * Imports and checks a private or public JWK. Of what is published later, nothing but `kid` and `alg` is taken from the
 * given members: the rest is exported from the public key (ISSUER-4).
 *
 * @param algorithm for keys without `alg`
 * @throws IssuerConfigurationError
 */
export async function importSigningKey(
  jwk: unknown,
  algorithm: SigningAlgorithm | undefined,
  option: string,
): Promise<ImportedKey> {
  if (!isObject(jwk)) throw new IssuerConfigurationError(option, kindOf(jwk), 'a JWK')
  checkUse(jwk, option)
  const alg = checkOneOf(jwk['alg'] ?? algorithm, signingAlgorithmNames, `${option}.alg`)
  const key = importMaterial(jwk, option)
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  if (!signingAlgorithms[alg].fits(publicKey)) {
    throw new IssuerConfigurationError(option, 'another key', `${signingAlgorithms[alg].takes} for ${alg}`)
  }
  const material = publicKey.export({ format: 'jwk' }) as JWK
  const kid =
    jwk['kid'] === undefined ? await calculateJwkThumbprint(material) : checkKeyId(jwk['kid'], `${option}.kid`)
  const publicJwk: PublishedJwk = Object.freeze({ ...material, kid, alg, use: 'sig' })
  if (key.type === 'public') return { publicJwk, signer: undefined }
  const sign = signWith(alg, key)
  // Node.js takes over the public members of a JWK as they are given, so that the halves may differ.
  if (!(await isPair(alg, publicKey, sign))) {
    throw new IssuerConfigurationError(option, 'a public half of another key', 'a key pair')
  }
  const signer: Signer = Object.freeze({ alg, kid, publicJwk, sign: async (input: Uint8Array) => sign(input) })
  quickly.set(signer, sign)
  return { publicJwk, signer }
}

/** What signers do, at once where that can be. */
const quickly = new WeakMap<Signer, (input: Uint8Array) => Awaitable<Buffer>>()

/** Signs as `signer.sign` does, without a promise where none is needed. */
export function signBy(signer: Signer, input: Uint8Array): Awaitable<Uint8Array> {
  return quickly.get(signer)?.(input) ?? signer.sign(input)
}

function checkUse({ kty, use, key_ops: operations }: Given, option: string): void {
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP' && kty !== 'AKP') {
    const takes = '"RSA", "EC", "OKP" or "AKP": whoever can verify with a symmetric key can also issue'
    throw new IssuerConfigurationError(`${option}.kty`, quoted(kty), takes)
  }
  if (use !== undefined && use !== 'sig') {
    throw new IssuerConfigurationError(`${option}.use`, quoted(use), '"sig", or to be left out')
  }
  const signs = Array.isArray(operations) && (operations.includes('sign') || operations.includes('verify'))
  if (operations !== undefined && !signs) {
    throw new IssuerConfigurationError(`${option}.key_ops`, kindOf(operations), 'sign or verify, or to be left out')
  }
}

function importMaterial(jwk: Given, option: string): KeyObject {
  try {
    return jwk['d'] === undefined && jwk['priv'] === undefined
      ? createPublicKey({ key: jwk as JWK, format: 'jwk' })
      : createPrivateKey({ key: jwk as JWK, format: 'jwk' })
  } catch {
    const takes =
      jwk['kty'] === 'AKP'
        ? 'a JWK with all its members (kty, alg, pub, priv) in Node.js 24.7 or later'
        : 'a JWK with all its members (RSA: n, e, d, p, q, dp, dq, qi) on a supported curve'
    throw new IssuerConfigurationError(option, 'a JWK that is no such key', takes)
  }
}
