import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import { fieldValues } from './header-fields.ts'
import { hasUnsafeMethod } from './same-origin.ts'

/** The field that brings the CSRF token; no form, image or script of another site can set it. */
const csrfField = 'x-csrf-token'

/**
 * Double-submit tokens: each belongs to one access token, and nobody makes one without the secret. Pages read it from a
 * cookie and send it in a field.
 */
export interface CsrfTokens {
  /** Name of the cookie that pages read it from. */
  readonly cookieName: string
  issue(accessToken: string): string
  /**
   * Whether the request may change something, it has to bring the CSRF token of its access token.
   *
   * @throws AccessTokenError `csrf_token_refused`
   */
  require(request: ProtectedRequest, accessToken: string): void
}

/** @param secrets the first makes tokens, all are accepted */
export function createCsrfTokens(cookieName: string, secrets: readonly [KeyObject, ...KeyObject[]]): CsrfTokens {
  return {
    cookieName,
    issue: (accessToken) => macOf(accessToken, secrets[0]).toString('base64url'),
    require: (request, accessToken) => {
      if (!hasUnsafeMethod(request)) return
      const values = fieldValues(request, csrfField)
      const given = Buffer.from(values.length === 1 ? (values[0] ?? '') : '')
      const isOurs = secrets.some((secret) => {
        const expected = Buffer.from(macOf(accessToken, secret).toString('base64url'))
        return given.length === expected.length && timingSafeEqual(given, expected)
      })
      if (isOurs) return
      const reason = values.length === 0 ? 'X-CSRF-Token is absent' : 'X-CSRF-Token is not that of the access token'
      throw new AccessTokenError('csrf_token_refused', { reason })
    },
  }
}

/** Bound to the whole token, so that one of another session, or of an earlier token, is none. */
function macOf(accessToken: string, secret: KeyObject): Buffer {
  return createHmac('sha256', secret).update('sallyport csrf token\0').update(accessToken).digest()
}
