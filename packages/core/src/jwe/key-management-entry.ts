import type { KeyObject } from 'node:crypto'
import type { Awaitable } from '../awaitable.ts'
import type { JsonObject } from '../compact/index.ts'

/** How a JWE brings its content encryption key: what came, checked as far as that needs no key. */
export interface WrappedKey<Parameters> {
  /** The `enc` that the key is for. */
  readonly enc: string
  /** How long that key has to be, in bytes. */
  readonly contentKeyLength: number
  readonly encryptedKey: Buffer
  /** What the algorithm has in the header. */
  readonly parameters: Parameters
}

/** A decryption key made ready for one algorithm. */
export interface KeyUnwrapper<Parameters> {
  /** Whether this key can have been meant: curve, modulus, length. A key that does not suit is not tried. */
  suits(wrapped: WrappedKey<Parameters>): boolean
  /**
   * Gives the content encryption key, of any length; `undefined`, or an exception, when this is not the right key.
   * Synchronous unless the operation is too long for the main thread (JWE-12).
   */
  unwrap(wrapped: WrappedKey<Parameters>): Awaitable<Buffer | undefined>
}

/** The `kty` of a decryption key (RFC 7518 §6.1, RFC 8037 §2). */
export type KeyType = 'oct' | 'RSA' | 'EC' | 'OKP'

/**
 * Everything about one key management algorithm (RFC 7518 §4).
 *
 * What `readParameters` makes is what the same entry's unwrappers take; the table forgets the type in between.
 */
export interface KeyManagementEntry<Parameters = unknown> {
  readonly keyTypes: readonly KeyType[]
  /** Exact length of a secret, in bytes; `undefined` where the content encryption decides, or for key pairs. */
  readonly secretLength: number | undefined
  /** Exact length of the encrypted key, in bytes (JWE-3); `undefined` where the decryption key decides. */
  encryptedKeyLength(contentKeyLength: number): number | undefined
  /**
   * Reads and checks what the algorithm has in the header.
   *
   * @throws AccessTokenError `token_malformed`, `algorithm_refused`
   */
  readParameters(members: JsonObject): Parameters
  /** Makes a key of one of `keyTypes` ready; called once a key, when it is configured. */
  prepare(key: KeyObject): KeyUnwrapper<Parameters>
}
