/**
 * - `next_not_ready`: the next key has not been published for long enough; `retryAt` says from when on it has
 * - `too_many_keys`: so many retiring keys are still published that no other one may join them; `retryAt` says until when
 * - `key_unknown`: the ring has no key of that id
 * - `key_unavailable`: the key management service does not have the key, or does not answer or sign in time
 * - `no_key`: nothing can be signed. Every key was withdrawn, and a new one could not be stored yet; the current one cannot
 *   be opened here; or the storage could not be read for `maxStaleSeconds`
 */
export type KeyRingErrorCode = 'next_not_ready' | 'too_many_keys' | 'key_unknown' | 'key_unavailable' | 'no_key'

/** A key ring cannot do what it was asked for. */
export class KeyRingError extends Error {
  override readonly name = 'KeyRingError'
  readonly code: KeyRingErrorCode
  /** 503 where there is nothing to sign with at the moment. */
  readonly status: 503 | undefined
  /** From when on it can, in seconds since 1970, where that is known. */
  readonly retryAt: number | undefined

  constructor(code: KeyRingErrorCode, message: string, options: ErrorOptions & { readonly retryAt?: number } = {}) {
    super(message, options)
    this.code = code
    this.status = code === 'no_key' || code === 'key_unavailable' ? 503 : undefined
    this.retryAt = options.retryAt
  }
}
