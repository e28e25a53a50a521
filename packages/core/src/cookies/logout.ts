import type { Awaitable } from '../awaitable.ts'
import { checkNames, checkOneOf, checkStrings } from '../checks.ts'
import { type CookieOptions, normalizeCookie } from '../configuration/index.ts'
import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import { answerNothing, answerRedirect, type BrowserAnswer } from './browser-answer.ts'
import { type BrowserCookies, createBrowserCookies } from './browser-cookies.ts'
import { type BrowserHandler, checkCallback, handlePost } from './browser-handler.ts'
import { isInvalidGrant } from './invalid-grant.ts'
import { checkRedirect } from './redirect.ts'
import { withCookies } from './refused-with-cookies.ts'

/** What a browser brought to a logout: as it came, neither verified nor known to be still valid. */
export interface BroughtTokens {
  readonly accessToken: string | undefined
  readonly refreshToken: string | undefined
}

const siteData = ['cache', 'cookies', 'storage'] as const

/** What a browser is asked to forget (`Clear-Site-Data`). */
export type SiteData = (typeof siteData)[number]

/**
 * What `logout` takes.
 *
 * @typeParam Request - what the framework hands to handlers
 */
export interface LogoutOptions<Request> {
  /** The same as the option `cookie` of the verifier. */
  readonly cookie: string | CookieOptions
  /**
   * Ends the session where it is kept: revokes the refresh token. Called when the browser brought a token, also an expired
   * or unknown one. When it throws, the cookies are taken away all the same, and the answer is 503. Default: nothing.
   */
  readonly revoke?: ((tokens: BroughtTokens, request: Request) => Awaitable<unknown>) | undefined
  /** Path of the same origin that a form leads to. Default: 204. */
  readonly redirectTo?: string | undefined
  /**
   * What the browser is asked to forget besides. Default `['cache']`: else the back button shows pages as they were before
   * the logout, those that forbid caching too.
   */
  readonly clearSiteData?: readonly SiteData[] | undefined
}

/** What a logout answers with, besides taking cookies away. */
export interface LogoutAnswerOptions {
  readonly location: string | undefined
  readonly clearSiteData: string | undefined
}

/** @throws ConfigurationError */
export function createLogout<Request>(options: LogoutOptions<Request>): BrowserHandler<Request> {
  const names = ['cookie', 'revoke', 'redirectTo', 'clearSiteData']
  const { cookie, revoke = () => {}, ...given } = checkNames(options, names, 'options')
  const cookies = createBrowserCookies(normalizeCookie(cookie))
  const callback = checkCallback<[BroughtTokens, Request]>(revoke, 'revoke')
  const answer = checkLogoutAnswer(given)
  return (request, context) =>
    handlePost(request, cookies, () => {
      const tokens = broughtTokens(cookies, request)
      const { accessToken, refreshToken } = tokens
      const isNobody = accessToken === undefined && refreshToken === undefined
      return answerLogout(cookies, answer, () => (isNobody ? undefined : callback(tokens, context)))
    })
}

/** @throws ConfigurationError */
export function checkLogoutAnswer(given: {
  readonly redirectTo?: unknown
  readonly clearSiteData?: unknown
}): LogoutAnswerOptions {
  const location = checkRedirect(given.redirectTo)
  const kinds = checkStrings(given.clearSiteData ?? ['cache'], 'clearSiteData', `an array of ${siteData.join(', ')}`)
  const quoted = kinds.map((kind, index) => `"${checkOneOf(kind, siteData, `clearSiteData[${index}]`)}"`)
  return { location, clearSiteData: quoted.length === 0 ? undefined : quoted.join(', ') }
}

/** @throws AccessTokenError `credential_ambiguous`, `credential_malformed`; the cookies are taken away all the same */
export function broughtTokens(cookies: BrowserCookies, request: ProtectedRequest): BroughtTokens {
  try {
    return { accessToken: cookies.accessTokenOf(request), refreshToken: cookies.refreshTokenOf(request) }
  } catch (error) {
    throw error instanceof AccessTokenError ? withCookies(error, cookies.clear()) : error
  }
}

/**
 * Whatever happens, the browser forgets its tokens: it may be a public one.
 *
 * @param revoke the application's own
 * @throws AccessTokenError `session_unavailable`
 */
export async function answerLogout(
  cookies: BrowserCookies,
  { location, clearSiteData }: LogoutAnswerOptions,
  revoke: () => unknown,
): Promise<BrowserAnswer> {
  try {
    await revoke()
  } catch (cause) {
    const fault = new AccessTokenError('session_unavailable', { cause })
    // A refresh token that is worth nothing needs no revoking.
    if (!isInvalidGrant(cause)) throw withCookies(fault, cookies.clear())
  }
  const fields = cookies.clear()
  const answer = location === undefined ? answerNothing(fields) : answerRedirect(fields, location)
  if (clearSiteData === undefined) return answer
  return { ...answer, headers: { ...answer.headers, 'clear-site-data': clearSiteData } }
}
