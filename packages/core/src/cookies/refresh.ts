import type { Awaitable } from '../awaitable.ts'
import { checkNames } from '../checks.ts'
import { type CookieConfiguration, type CookieOptions, normalizeCookie } from '../configuration/index.ts'
import { ConfigurationError } from '../configuration-error.ts'
import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import { answerOk, type BrowserAnswer } from './browser-answer.ts'
import { type BrowserCookies, createBrowserCookies } from './browser-cookies.ts'
import { type BrowserHandler, checkCallback, handlePost } from './browser-handler.ts'
import { type BrowserTokens, checkTokens } from './browser-tokens.ts'
import { isInvalidGrant } from './invalid-grant.ts'
import { bodyOf } from './login.ts'
import { withCookies } from './refused-with-cookies.ts'

/**
 * What `refresh` takes.
 *
 * @typeParam Request - what the framework hands to handlers
 */
export interface RefreshOptions<Request> {
  /** The same as the option `cookie` of the verifier, with `refreshCookie`. */
  readonly cookie: CookieOptions
  /**
   * Gives new tokens for a refresh token. The session has ended when it gives `undefined`, or throws an error whose `error`
   * is `invalid_grant` (RFC 6749 §5.2), as those of `@sallyport/issuer`, openid-client and oauth4webapi are. Whatever else
   * it throws is a fault: 503, and the cookies stay.
   */
  readonly exchange: (refreshToken: string, request: Request) => Awaitable<BrowserTokens | undefined>
}

/** @throws ConfigurationError */
export function createRefresh<Request>(options: RefreshOptions<Request>): BrowserHandler<Request> {
  const { cookie, exchange } = checkNames(options, ['cookie', 'exchange'], 'options')
  const configuration = requireRefreshCookie(normalizeCookie(cookie))
  const cookies = createBrowserCookies(configuration)
  const callback = checkCallback<[string, Request]>(exchange, 'exchange')
  return (request, context) =>
    handlePost(request, cookies, () => {
      const refreshToken = requireRefreshToken(cookies, request)
      return answerRefresh(cookies, () => callback(refreshToken, context))
    })
}

/** @throws ConfigurationError */
export function requireRefreshCookie(configuration: CookieConfiguration): CookieConfiguration {
  if (configuration.refreshCookie !== undefined) return configuration
  throw new ConfigurationError('cookie.refreshCookie', undefined, 'the name of the cookie of the refresh token')
}

/** @throws AccessTokenError `session_ended`, `credential_ambiguous`, `credential_malformed` */
export function requireRefreshToken(cookies: BrowserCookies, request: ProtectedRequest): string {
  const refreshToken = cookies.refreshTokenOf(request)
  if (refreshToken === undefined) throw sessionEnded(cookies)
  return refreshToken
}

/**
 * @param exchange the application's own
 * @throws AccessTokenError `session_ended`, which takes the cookies away, `session_unavailable`
 * @throws CookieError
 */
export async function answerRefresh(cookies: BrowserCookies, exchange: () => unknown): Promise<BrowserAnswer> {
  let given: unknown
  try {
    given = await exchange()
  } catch (cause) {
    if (cause instanceof AccessTokenError) throw cause
    if (!isInvalidGrant(cause)) throw new AccessTokenError('session_unavailable', { cause })
  }
  if (given === undefined || given === null) throw sessionEnded(cookies)
  const tokens = checkTokens(given)
  // An authorization server that does not rotate refresh tokens gives none.
  const fields = tokens.refreshToken === undefined ? cookies.setAccess(tokens) : cookies.set(tokens)
  return answerOk(fields, bodyOf(tokens, cookies))
}

function sessionEnded(cookies: BrowserCookies): AccessTokenError {
  return withCookies(new AccessTokenError('session_ended'), cookies.clear())
}
