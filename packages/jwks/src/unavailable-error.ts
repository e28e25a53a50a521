const code = 'jwks_unavailable'

/**
 * The keys cannot be had at the moment: the endpoint is down and no set that may still be used is at hand, or the key
 * id is unknown and the last fetch failed. The token may be good: answer 503 with `Retry-After`, never 401.
 *
 * `instanceof` also holds for the error of another loaded copy of this package, since copies share their fetchers.
 */
export class JwksUnavailableError extends Error {
  override readonly name = 'JwksUnavailableError'
  readonly code = code
  /** Whole seconds until another try makes sense, at least 1: the value for `Retry-After`. */
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number) {
    super(message)
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds))
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && 'code' in value && value.code === code
  }
}
