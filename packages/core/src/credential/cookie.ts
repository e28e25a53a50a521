import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import type { CsrfTokens } from './csrf-token.ts'
import { fieldValues } from './header-fields.ts'

/** Which cookie carries the access token, and from where such a request may come. */
export interface CookieCredential {
  readonly name: string
  /** Origins, besides the request's own, whose pages may send unsafe requests. */
  readonly origins: ReadonlySet<string>
  /** What unsafe requests have to bring besides. */
  readonly csrfTokens?: CsrfTokens | undefined
}

/**
 * The token of a cookie, `undefined` when the request does not have it.
 *
 * The value is taken raw: no percent-decoding, no unquoting, only spaces and tabs around it are trimmed (CRED-5).
 *
 * @throws AccessTokenError `credential_ambiguous` when the name occurs twice, `credential_malformed` when it is empty
 */
export function cookieToken(request: ProtectedRequest, cookie: Pick<CookieCredential, 'name'>): string | undefined {
  let token: string | undefined
  for (const field of fieldValues(request, 'cookie')) {
    // From one pair that has the name in it to the next: most pairs of a long field are never looked at.
    for (let at = field.indexOf(cookie.name), end: number; at !== -1; at = field.indexOf(cookie.name, end)) {
      const semicolon = field.indexOf(';', at)
      end = semicolon === -1 ? field.length : semicolon
      const pair = field.slice(field.lastIndexOf(';', at) + 1, end)
      const equals = pair.indexOf('=')
      if (equals === -1 || trim(pair.slice(0, equals)) !== cookie.name) continue
      if (token !== undefined) throw new AccessTokenError('credential_ambiguous', { reason: 'two cookies of the name' })
      token = trim(pair.slice(equals + 1))
    }
  }
  if (token === '') throw new AccessTokenError('credential_malformed', { reason: 'the cookie is empty' })
  return token
}

function trim(text: string): string {
  let start = 0
  let end = text.length
  while (text[start] === ' ' || text[start] === '\t') start++
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end--
  return text.slice(start, end)
}
