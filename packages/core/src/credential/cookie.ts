import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import { fieldValues } from './header-fields.ts'

/** Which cookie carries the access token, and from where such a request may come. */
export interface CookieCredential {
  readonly name: string
  /** Origins, besides the request's own, whose pages may send unsafe requests. */
  readonly origins: ReadonlySet<string>
}

/**
 * The access token of the configured cookie, `undefined` when the request does not have it.
 *
 * The value is taken raw: no percent-decoding, no unquoting, only spaces and tabs around it are trimmed (CRED-5).
 *
 * @throws AccessTokenError `credential_ambiguous` when the name occurs twice, `credential_malformed` when it is empty
 */
export function cookieToken(request: ProtectedRequest, cookie: CookieCredential): string | undefined {
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
  while (start < end && (text[start] === ' ' || text[start] === '\t')) start++
  while (end > start && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--
  return text.slice(start, end)
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
const methodOverrides = ['x-http-method-override', 'x-http-method', 'x-method-override']

/**
 * A browser sends cookies along with requests that other sites make it send: an unsafe request passes only when it
 * demonstrably comes from our own pages (COOKIE-2, COOKIE-4).
 *
 * @throws AccessTokenError `cross_site_request`
 */
export function requireSameOrigin(request: ProtectedRequest, cookie: CookieCredential): void {
  if (!isUnsafe(request)) return
  const origins = fieldValues(request, 'origin')
  const origin = origins.length === 1 ? origins[0] : undefined
  if (origin !== undefined && cookie.origins.has(origin)) return
  const sites = fieldValues(request, 'sec-fetch-site')
  if (sites.length > 0) {
    if (sites.length === 1 && (sites[0] === 'same-origin' || sites[0] === 'none')) return
    throw new AccessTokenError('cross_site_request', { reason: 'Sec-Fetch-Site is neither same-origin nor none' })
  }
  if (origin !== undefined && isOwnOrigin(origin, fieldValues(request, 'host'))) return
  throw new AccessTokenError('cross_site_request', { reason: 'Origin is not ours, and Sec-Fetch-Site is absent' })
}

function isUnsafe(request: ProtectedRequest): boolean {
  if (request.method === undefined || !safeMethods.has(request.method)) return true
  // A WebSocket handshake is a GET that no same-origin policy holds back; an overridden method is what it says.
  return (
    fieldValues(request, 'upgrade').length > 0 || methodOverrides.some((name) => fieldValues(request, name).length > 0)
  )
}

function isOwnOrigin(origin: string, hosts: readonly string[]): boolean {
  const host = hosts.length === 1 ? hosts[0] : undefined
  if (host === undefined || !URL.canParse(origin)) return false
  const url = new URL(origin)
  // Whoever is on the network can make pages of an http origin.
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  return isSafe && url.origin === origin && url.host === host.toLowerCase()
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
