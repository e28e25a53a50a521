/** The encrypted content of a JWE, decoded (RFC 7516 §2). */
export interface EncryptedContent {
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
  /** The protected header as it came, which the tag covers too (RFC 7516 §5.1, step 14). */
  readonly additionalData: Buffer
}

/** Everything about one content encryption algorithm (RFC 7518 §5). Lengths are exact, in bytes (JWE-4). */
export interface ContentEncryptionEntry {
  readonly keyLength: number
  readonly ivLength: number
  readonly tagLength: number
  /** What the ciphertext's length is a multiple of. */
  readonly blockLength: number
  /** Gives the plaintext of content whose lengths were checked; throws whatever it likes when it is not authentic. */
  readonly decrypt: (key: Buffer, content: EncryptedContent) => Buffer
}
