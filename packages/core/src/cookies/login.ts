import type { Awaitable } from '../awaitable.ts'
import { checkNames } from '../checks.ts'
import { type CookieOptions, normalizeCookie } from '../configuration/index.ts'
import { AccessTokenError } from '../error.ts'
import { answerOk, answerRedirect, type BrowserAnswer } from './browser-answer.ts'
import { type BrowserCookies, createBrowserCookies } from './browser-cookies.ts'
import { type BrowserHandler, checkCallback, handlePost } from './browser-handler.ts'
import { type BrowserTokens, checkTokens } from './browser-tokens.ts'
import { checkRedirect } from './redirect.ts'

/**
 * What `login` takes.
 *
 * @typeParam Request - what the framework hands to handlers
 */
export interface LoginOptions<Request> {
  /** The same as the option `cookie` of the verifier. */
  readonly cookie: string | CookieOptions
  /**
   * Who is it? Gives the tokens, or `undefined` when the login is refused. What it throws is thrown on. It looks at the
   * body of the request itself; count failures there too.
   */
  readonly authenticate: (request: Request) => Awaitable<BrowserTokens | undefined>
  /** Path of the same origin that a form leads to. Default: 200 with `{ "expires_in": … }`. */
  readonly redirectTo?: string | undefined
}

/** @throws ConfigurationError */
export function createLogin<Request>(options: LoginOptions<Request>): BrowserHandler<Request> {
  const { cookie, authenticate, redirectTo } = checkNames(options, ['cookie', 'authenticate', 'redirectTo'], 'options')
  const cookies = createBrowserCookies(normalizeCookie(cookie))
  const callback = checkCallback<[Request]>(authenticate, 'authenticate')
  const location = checkRedirect(redirectTo)
  return (request, context) =>
    handlePost(request, cookies, () => answerLogin(cookies, location, () => callback(context)))
}

/**
 * @param authenticate the application's own; without tokens the login is refused
 * @throws AccessTokenError `login_refused`
 * @throws CookieError
 */
export async function answerLogin(
  cookies: BrowserCookies,
  location: string | undefined,
  authenticate: () => unknown,
): Promise<BrowserAnswer> {
  const given: unknown = await authenticate()
  if (given === undefined || given === null) throw new AccessTokenError('login_refused')
  const tokens = checkTokens(given)
  const fields = cookies.set(tokens)
  return location === undefined ? answerOk(fields, bodyOf(tokens, cookies)) : answerRedirect(fields, location)
}

/** What pages may know; not the tokens. */
export function bodyOf({ accessToken, expiresAt, body }: BrowserTokens, cookies: BrowserCookies) {
  const csrfToken = cookies.csrfTokenOf(accessToken)
  return {
    ...body,
    expires_in: Math.floor(expiresAt - Date.now() / 1000),
    ...(csrfToken === undefined ? {} : { csrf_token: csrfToken }),
  }
}
