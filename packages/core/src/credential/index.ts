import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import { bearerToken } from './bearer.ts'
import { type CookieCredential, cookieToken, requireSameOrigin } from './cookie.ts'

export type { CookieCredential } from './cookie.ts'

/**
 * Takes exactly one access token out of a request (RFC 6750 §2). Query and body are never read (CRED-4).
 *
 * @throws AccessTokenError `credential_missing`, `credential_malformed`, `credential_ambiguous`, `token_too_large`,
 *   `cross_site_request`
 */
export function extractCredential(
  request: ProtectedRequest,
  cookie: CookieCredential | undefined,
  maxTokenBytes: number,
): string {
  const fromHeader = bearerToken(request, maxTokenBytes)
  const fromCookie = cookie === undefined ? undefined : cookieToken(request, cookie)
  if (fromHeader !== undefined) {
    if (fromCookie === undefined) return fromHeader
    throw new AccessTokenError('credential_ambiguous', { reason: 'both an Authorization field and a cookie' })
  }
  if (cookie === undefined || fromCookie === undefined) throw new AccessTokenError('credential_missing')
  requireSameOrigin(request, cookie)
  return fromCookie
}
