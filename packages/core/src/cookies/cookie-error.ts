/** What can be wrong with a cookie that is about to be set. */
export type CookieErrorCode = keyof typeof messages

/** Fixed sentences: a cookie's value is never in them. */
const messages = {
  cookie_too_large: 'The cookie would be over 4,096 bytes, which browsers drop: make the access token smaller',
  cookie_malformed: 'The token has characters that no cookie can carry',
  cookie_expired: 'The token has expired already, or its expiry is not in seconds since the epoch',
  tokens_malformed: 'The tokens are not of the form { accessToken, expiresAt, … }',
  refresh_cookie_missing: 'There is a refresh token, but no name of a cookie for it (cookie.refreshCookie)',
} as const

/**
 * The application gave tokens that cannot be put into cookies: a mistake, answered with 500. Nothing was set.
 *
 * @example
 * ```ts
 * if (error instanceof CookieError && error.code === 'cookie_too_large') console.error('Fewer claims, please')
 * ```
 */
export class CookieError extends Error {
  override readonly name = 'CookieError'
  readonly code: CookieErrorCode

  constructor(code: CookieErrorCode) {
    super(messages[code])
    this.code = code
  }
}
