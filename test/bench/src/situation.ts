import type { JsonWebKey } from 'node:crypto'

/** Signature algorithms that the benchmark has tokens of. */
export const signatureAlgorithms = [
  'RS256',
  'PS256',
  'ES256',
  'EdDSA',
  'HS256',
  'RS384',
  'RS512',
  'PS512',
  'ES384',
  'ES512',
  'HS512',
] as const

export type SignatureAlgorithm = (typeof signatureAlgorithms)[number]

export type SecretAlgorithm = 'HS256' | 'HS512'

export function isSecretAlgorithm(alg: SignatureAlgorithm): alg is SecretAlgorithm {
  return alg.startsWith('HS')
}

/** How the tokens of a case are encrypted around their signature. */
export interface EncryptionForm {
  readonly alg: string
  readonly enc: string
  /** For ECDH-ES. */
  readonly curve: 'P-256' | 'P-384' | 'P-521' | 'X25519' | undefined
}

/** All that a contender is told: it could be in another process. */
export interface Situation {
  readonly issuer: string
  readonly audience: string
  readonly alg: SignatureAlgorithm
  readonly kid: string
  /** Of a secret algorithm the secret. */
  readonly verificationKey: JsonWebKey
  readonly encryption: (EncryptionForm & { readonly decryptionKey: JsonWebKey }) | undefined
  /** Whether tokens come again, so that remembering them is allowed. */
  readonly repetition: 'distinct' | 'repeated'
}

/** Tokens, and what each has to give. */
export interface TokenSet {
  readonly tokens: readonly string[]
  /** The `sub` of each. */
  readonly subjects: readonly string[]
}

/** A token that has to be refused. */
export interface WrongToken {
  readonly wrong: 'bad signature' | 'forged payload' | 'wrong audience' | 'wrong issuer' | 'expired' | 'wrong key'
  readonly token: string
}
