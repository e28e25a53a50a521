import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import { fieldValues } from './header-fields.ts'

/** RFC 9110 §11.2 b64token. One character class and an optional tail: linear on any input. */
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * What the `Authorization` field has behind the Bearer scheme (RFC 6750 §2.1), `undefined` when it is of another scheme
 * or absent. Whether that is one b64token is `requireB64Token`'s to say.
 *
 * @throws AccessTokenError `credential_ambiguous` (CRED-2), `credential_malformed` where nothing is behind the scheme,
 *   `token_too_large` (CRED-6)
 */
export function bearerToken(request: ProtectedRequest, maxTokenBytes: number): string | undefined {
  const values = fieldValues(request, 'authorization')
  const value = values[0]
  if (value === undefined) return undefined
  if (values.length > 1) throw new AccessTokenError('credential_ambiguous', { reason: 'two Authorization fields' })
  // The usual spelling needs no closer look.
  if (!value.startsWith('Bearer ') && !hasScheme(value, 'bearer')) return undefined
  let start = 'bearer'.length
  while (value.charCodeAt(start) === 0x20) start++
  if (start >= value.length) throw malformed()
  if (value.length - start > maxTokenBytes) throw new AccessTokenError('token_too_large')
  return value.slice(start)
}

/**
 * CRED-1
 *
 * @throws AccessTokenError `credential_malformed`
 */
export function requireB64Token(token: string): void {
  if (!b64token.test(token)) throw malformed()
}

function malformed(): AccessTokenError {
  return new AccessTokenError('credential_malformed', { reason: 'not one b64token' })
}

/** Whether the `Authorization` field has a DPoP-bound access token (RFC 9449 §7.1), which nothing here verifies yet. */
export function hasDpopCredential(request: ProtectedRequest): boolean {
  return fieldValues(request, 'authorization').some((value) => hasScheme(value, 'dpop'))
}

function hasScheme(value: string, scheme: 'bearer' | 'dpop'): boolean {
  if (value.slice(0, scheme.length).toLowerCase() !== scheme) return false
  const next = value.charCodeAt(scheme.length)
  // A scheme ends at the first character that no token has (RFC 9110 §5.6.2): "BearerX" is another scheme.
  return Number.isNaN(next) || !/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(next))
}
