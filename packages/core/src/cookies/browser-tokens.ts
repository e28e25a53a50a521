import { CookieError } from './cookie-error.ts'

/** The tokens of somebody who has logged in, or whose session was renewed. */
export interface BrowserTokens {
  readonly accessToken: string
  /** When the access token expires, in seconds since the epoch. */
  readonly expiresAt: number
  /** Needs `cookie.refreshCookie`. Default: none; after a login that of an earlier one is taken away. */
  readonly refreshToken?: string | undefined
  /** When the refresh token expires, in seconds since the epoch. Default: its cookie lives until the browser ends. */
  readonly refreshTokenExpiresAt?: number | undefined
  /** What the page gets besides `expires_in`, as JSON. Never a token: pages need none. */
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/**
 * What a callback of the application gave; from JavaScript too, so nothing about it is known.
 *
 * @throws CookieError `tokens_malformed`
 */
export function checkTokens(value: unknown): BrowserTokens {
  if (typeof value !== 'object' || value === null) throw new CookieError('tokens_malformed')
  const { accessToken, expiresAt, refreshToken, refreshTokenExpiresAt, body } = value as Record<string, unknown>
  const isWellFormed =
    typeof accessToken === 'string' &&
    typeof expiresAt === 'number' &&
    isOptional(refreshToken, 'string') &&
    isOptional(refreshTokenExpiresAt, 'number') &&
    isOptional(body, 'object') &&
    body !== null
  if (!isWellFormed) throw new CookieError('tokens_malformed')
  return value as BrowserTokens
}

function isOptional(value: unknown, type: 'string' | 'number' | 'object'): boolean {
  return value === undefined || typeof value === type
}

/** Seconds later than the year 9999 are milliseconds. */
const maxSeconds = 253_402_300_799

/**
 * How long a cookie with a token is kept, in seconds.
 *
 * @throws CookieError `cookie_expired`
 */
export function maxAgeOf(expiresAt: number): number {
  const seconds = Math.floor(expiresAt - Date.now() / 1000)
  if (seconds >= 1 && expiresAt <= maxSeconds) return seconds
  throw new CookieError('cookie_expired')
}
