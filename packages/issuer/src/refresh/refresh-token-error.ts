/**
 * Everything that can be wrong with a refresh token, or with what is asked with it, as a closed union: a `switch` over it
 * is exhaustive. The OAuth error of each code is in {@link refreshTokenErrorCodes}.
 */
export type RefreshTokenErrorCode = keyof typeof refreshTokenErrorCodes

/** The `error` values of a token response (RFC 6749 §5.2, RFC 8707 §2). */
export type RefreshTokenOAuthError = 'invalid_grant' | 'invalid_scope' | 'invalid_target'

interface ErrorCode {
  readonly error: RefreshTokenOAuthError
  /** One fixed sentence: nothing of the request or the token is ever put into it (CHAL-3). */
  readonly description: string
}

/** The one table of codes: OAuth error and sentence of each. */
export const refreshTokenErrorCodes = {
  refresh_token_unknown: { error: 'invalid_grant', description: 'The refresh token is not known' },
  refresh_token_expired: { error: 'invalid_grant', description: 'The refresh token has expired' },
  refresh_token_reused: { error: 'invalid_grant', description: 'The refresh token was used before' },
  refresh_token_revoked: { error: 'invalid_grant', description: 'The refresh token has been revoked' },
  client_mismatch: { error: 'invalid_grant', description: 'The refresh token was issued to another client' },
  scope_widened: { error: 'invalid_scope', description: 'The scope exceeds the one that was granted' },
  audience_widened: { error: 'invalid_target', description: 'The resource is not among those that were granted' },
} as const satisfies Record<string, ErrorCode>

/**
 * A refresh token is refused. It carries nothing of the token; `error` is what the token endpoint answers, with 400.
 *
 * @example
 * ```ts
 * try {
 *   await refreshTokens.use(token, { clientId: 'web' })
 * } catch (error) {
 *   if (error instanceof RefreshTokenError && error.error === 'invalid_grant') logIn()
 *   else throw error
 * }
 * ```
 */
export class RefreshTokenError extends Error {
  override readonly name = 'RefreshTokenError'
  readonly code: RefreshTokenErrorCode
  readonly error: RefreshTokenOAuthError
  readonly status = 400
  readonly statusCode = 400
  readonly expose = true

  constructor(code: RefreshTokenErrorCode) {
    const { error, description } = refreshTokenErrorCodes[code]
    super(description)
    this.code = code
    this.error = error
  }
}
