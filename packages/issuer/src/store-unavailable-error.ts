interface StoreUnavailableErrorOptions {
  /** What failed; the store's own error. */
  readonly cause?: unknown
}

/**
 * A store could not be asked, or did not answer in time: a fault of the infrastructure, which says nothing about the
 * token or the client. The token endpoint answers 503, and a client may try the same request again.
 *
 * `status`, `statusCode` and `expose` are what Express, Koa and their error handlers look for.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
  readonly code = 'store_unavailable'
  readonly status = 503
  readonly statusCode = 503
  readonly expose = false
  /** Seconds after which another try is worth it. */
  readonly retryAfterSeconds = 5

  constructor(message = 'The store cannot be asked at the moment', options: StoreUnavailableErrorOptions = {}) {
    super(message, options)
  }
}
