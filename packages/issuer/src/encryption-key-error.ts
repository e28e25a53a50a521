/**
 * A token that has to be encrypted cannot be: the resource server's keys cannot be fetched, or none of them suits
 * (`cause`). It is not issued unencrypted instead.
 */
export class EncryptionKeyUnavailableError extends Error {
  override readonly name = 'EncryptionKeyUnavailableError'
  readonly code = 'encryption_key_unavailable'
  /** A fault, not the fault of the request. */
  readonly status = 503
  /** Where the keys are looked for. */
  readonly jwksUri: string

  constructor(jwksUri: string, reason: string, options?: ErrorOptions) {
    super(`no key of ${jwksUri} to encrypt for: ${reason}`, options)
    this.jwksUri = jwksUri
  }
}
