import { ConfigurationError } from '../configuration-error.ts'
import { type BrowserCookies, createBrowserCookies, requireRefreshCookie } from '../cookies/index.ts'
import { toVerifier, type Verifier } from '../verifier.ts'

/**
 * The cookies that a verifier reads, to be set.
 *
 * @throws ConfigurationError where it reads none, or one without the prefix `__Host-`
 */
export function browserCookiesOf(verifier: Verifier<unknown>): BrowserCookies {
  return createBrowserCookies(cookieOf(verifier))
}

/** @throws ConfigurationError also where there is no cookie for the refresh token */
export function refreshCookiesOf(verifier: Verifier<unknown>): BrowserCookies {
  return createBrowserCookies(requireRefreshCookie(cookieOf(verifier)))
}

function cookieOf(verifier: Verifier<unknown>) {
  const { cookie } = toVerifier(verifier).configuration
  if (cookie === undefined) throw new ConfigurationError('cookie', undefined, 'the name of the cookie that is set')
  return cookie
}
