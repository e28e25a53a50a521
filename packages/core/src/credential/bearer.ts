import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import { fieldValues } from './header-fields.ts'

/** RFC 9110 §11.2 b64token. One character class and an optional tail: linear on any input. */
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * The access token of the `Authorization` field (RFC 6750 §2.1), `undefined` when there is no Bearer credential.
 *
 * @throws AccessTokenError `credential_ambiguous` (CRED-2), `credential_malformed` (CRED-1), `token_too_large` (CRED-6)
 */
export function bearerToken(request: ProtectedRequest, maxTokenBytes: number): string | undefined {
  const values = fieldValues(request, 'authorization')
  const value = values[0]
  if (value === undefined) return undefined
  if (values.length > 1) throw new AccessTokenError('credential_ambiguous', { reason: 'two Authorization fields' })
  if (!hasBearerScheme(value)) return undefined
  let start = 'bearer'.length
  while (value.charCodeAt(start) === 0x20) start++
  if (value.length - start > maxTokenBytes) throw new AccessTokenError('token_too_large')
  const token = value.slice(start)
  if (!b64token.test(token)) throw new AccessTokenError('credential_malformed', { reason: 'not one b64token' })
  return token
}

function hasBearerScheme(value: string): boolean {
  const scheme = value.slice(0, 'bearer'.length).toLowerCase()
  if (scheme !== 'bearer') return false
  const next = value.charCodeAt('bearer'.length)
  // A scheme ends at the first character that no token has (RFC 9110 §5.6.2): "BearerX" is another scheme.
  return Number.isNaN(next) || !/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(next))
}
