import { isIPv4 } from 'node:net'
import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import { fieldValues } from './header-fields.ts'

const safeMethods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
const methodOverrides = ['x-http-method-override', 'x-http-method', 'x-method-override']

/**
 * A browser sends cookies along with requests that other sites make it send: an unsafe request passes only when it
 * demonstrably comes from our own pages (COOKIE-2, COOKIE-4).
 *
 * @param allowed further origins whose pages count as our own
 * @throws AccessTokenError `cross_site_request`
 */
export function requireSameOrigin(request: ProtectedRequest, allowed: ReadonlySet<string>): void {
  // A WebSocket handshake is a GET that no same-origin policy holds back.
  if (hasUnsafeMethod(request) || fieldValues(request, 'upgrade').length > 0) requireOwnPage(request, allowed)
}

/**
 * As `requireSameOrigin`, whatever the method.
 *
 * @throws AccessTokenError `cross_site_request`
 */
export function requireOwnPage(request: ProtectedRequest, allowed: ReadonlySet<string>): void {
  const origins = fieldValues(request, 'origin')
  const origin = origins.length === 1 ? origins[0] : undefined
  if (origin !== undefined && allowed.has(origin)) return
  const sites = fieldValues(request, 'sec-fetch-site')
  if (sites.length > 0) {
    if (sites.length === 1 && (sites[0] === 'same-origin' || sites[0] === 'none')) return
    throw new AccessTokenError('cross_site_request', { reason: 'Sec-Fetch-Site is neither same-origin nor none' })
  }
  if (origin !== undefined && isOwnOrigin(origin, fieldValues(request, 'host'))) return
  throw new AccessTokenError('cross_site_request', { reason: 'Origin is not ours, and Sec-Fetch-Site is absent' })
}

/** Whether a request may change something: by its method, or by one that another field puts in its place. */
export function hasUnsafeMethod(request: ProtectedRequest): boolean {
  if (!safeMethods.has(request.method)) return true
  return methodOverrides.some((name) => fieldValues(request, name).length > 0)
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
  return hostname === 'localhost' || hostname === '[::1]' || (hostname.startsWith('127.') && isIPv4(hostname))
}
