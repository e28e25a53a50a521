import type { CookieConfiguration } from '../configuration/index.ts'
import { ConfigurationError } from '../configuration-error.ts'
import { cookieToken, requireOwnPage } from '../credential/index.ts'
import type { ProtectedRequest } from '../request.ts'
import { type BrowserTokens, maxAgeOf } from './browser-tokens.ts'
import { CookieError } from './cookie-error.ts'
import { clearCookie, type CookieShape, setCookie } from './set-cookie.ts'

/** The cookies of a browser application: those of access and refresh token, and the one that pages read. */
export interface BrowserCookies {
  /**
   * Only our own pages may set, renew or end a session, whatever the method (COOKIE-2).
   *
   * @throws AccessTokenError `cross_site_request`
   */
  requireOwnPage(request: ProtectedRequest): void
  /** @throws AccessTokenError `credential_ambiguous`, `credential_malformed` */
  accessTokenOf(request: ProtectedRequest): string | undefined
  /** @throws AccessTokenError `credential_ambiguous`, `credential_malformed` */
  refreshTokenOf(request: ProtectedRequest): string | undefined
  /** @throws CookieError */
  set(tokens: BrowserTokens): string[]
  /** For another access token, where the refresh token stays what it is. */
  setAccess(tokens: BrowserTokens): string[]
  clear(): string[]
  /** What pages send in `X-CSRF-Token`, `undefined` where none is needed. */
  csrfTokenOf(accessToken: string): string | undefined
}

/** @throws ConfigurationError where browsers would not protect the access token's cookie by its name (COOKIE-1) */
export function createBrowserCookies(configuration: CookieConfiguration): BrowserCookies {
  const { name, option, sameSite, partitioned, refreshCookie, csrfTokens } = configuration
  if (!/^__Host-./.test(name)) {
    throw new ConfigurationError(option, name, 'the name of a cookie that starts with __Host-')
  }
  // Nobody comes to us by a link and needs these two at once; but an embedded page would never get Strict ones.
  const ofOwnPages = { sameSite: sameSite === 'None' ? sameSite : 'Strict', partitioned } as const
  const access: CookieShape = { name, path: '/', sameSite, partitioned, readers: 'server' }
  const refresh: CookieShape | undefined = refreshCookie && { ...refreshCookie, ...ofOwnPages, readers: 'server' }
  const csrf: CookieShape | undefined = csrfTokens && {
    name: csrfTokens.cookieName,
    path: '/',
    ...ofOwnPages,
    readers: 'pages',
  }

  function setAccess({ accessToken, expiresAt }: BrowserTokens): string[] {
    const maxAge = maxAgeOf(expiresAt)
    const cookies = [setCookie(access, accessToken, maxAge)]
    if (csrf !== undefined && csrfTokens !== undefined) {
      cookies.push(setCookie(csrf, csrfTokens.issue(accessToken), maxAge))
    }
    return cookies
  }

  function setRefresh({ refreshToken, refreshTokenExpiresAt }: BrowserTokens): string[] {
    // That of an earlier login would bring somebody else's session back.
    if (refreshToken === undefined) return refresh === undefined ? [] : [clearCookie(refresh)]
    if (refresh === undefined) throw new CookieError('refresh_cookie_missing')
    const maxAge = refreshTokenExpiresAt === undefined ? undefined : maxAgeOf(refreshTokenExpiresAt)
    return [setCookie(refresh, refreshToken, maxAge)]
  }

  return Object.freeze({
    requireOwnPage: (request: ProtectedRequest) => requireOwnPage(request, configuration.origins),
    accessTokenOf: (request: ProtectedRequest) => cookieToken(request, configuration),
    refreshTokenOf: (request: ProtectedRequest) => refreshCookie && cookieToken(request, refreshCookie),
    set: (tokens: BrowserTokens) => [...setAccess(tokens), ...setRefresh(tokens)],
    setAccess,
    clear: () => [access, refresh, csrf].filter((shape) => shape !== undefined).map(clearCookie),
    csrfTokenOf: (accessToken: string) => csrfTokens?.issue(accessToken),
  })
}
