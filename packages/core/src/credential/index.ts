import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import { bearerToken, hasDpopCredential, requireB64Token } from './bearer.ts'
import { type CookieCredential, cookieToken } from './cookie.ts'
import { requireSameOrigin } from './same-origin.ts'

export { type CookieCredential, cookieToken } from './cookie.ts'
export { createCsrfTokens, type CsrfTokens } from './csrf-token.ts'
export { requireOwnPage } from './same-origin.ts'

/** An access token, and where it was. */
export interface Credential {
  readonly token: string
  readonly from: 'authorization' | 'cookie'
}

/**
 * Takes exactly one access token out of a request (RFC 6750 §2). Query and body are never read (CRED-4).
 *
 * @throws AccessTokenError `credential_missing`, `credential_ambiguous`, `credential_malformed`, `token_too_large`,
 *   `cross_site_request`, `csrf_token_refused`
 */
export function extractCredential(
  request: ProtectedRequest,
  cookie: CookieCredential | undefined,
  maxTokenBytes: number,
): Credential {
  const fromHeader = bearerToken(request, maxTokenBytes)
  const fromCookie = cookie === undefined ? undefined : cookieToken(request, cookie)
  if (fromHeader !== undefined) {
    if (fromCookie === undefined) return { token: fromHeader, from: 'authorization' }
    throw new AccessTokenError('credential_ambiguous', { reason: 'both an Authorization field and a cookie' })
  }
  if (cookie === undefined || fromCookie === undefined) throw new AccessTokenError('credential_missing')
  if (hasDpopCredential(request)) {
    throw new AccessTokenError('credential_ambiguous', { reason: 'both an Authorization field and a cookie' })
  }
  requireSameOrigin(request, cookie.origins)
  if (fromCookie.length > maxTokenBytes) throw new AccessTokenError('token_too_large')
  cookie.csrfTokens?.require(request, fromCookie)
  return { token: fromCookie, from: 'cookie' }
}

/**
 * Checks the grammar of the field that a token was in. The identical text of a token that was accepted before needs no
 * second look.
 *
 * @throws AccessTokenError `credential_malformed`
 */
export function requireWellFormed({ token, from }: Credential): void {
  if (from === 'authorization') requireB64Token(token)
}
