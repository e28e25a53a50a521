import { CookieError } from './cookie-error.ts'

/** What stays the same whenever a cookie is set and taken away; all are Secure. */
export interface CookieShape {
  readonly name: string
  readonly path: string
  readonly sameSite: 'Lax' | 'Strict' | 'None'
  readonly partitioned: boolean
  /** `pages`: scripts of our pages read it; all others are HttpOnly. */
  readonly readers: 'server' | 'pages'
}

/** What every browser has to keep of one cookie: name, value and attributes (RFC 6265 §6.1, COOKIE-3). */
const maxCookieBytes = 4096

/** RFC 6265 §4.1.1 cookie-octet, of which a value has at least one here. */
const cookieOctets = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/

/**
 * The value of a `Set-Cookie` field (RFC 6265bis §4.1).
 *
 * @param maxAgeSeconds without it, until the browser ends
 * @throws CookieError `cookie_malformed`, `cookie_too_large`; it is never split into several
 */
export function setCookie(shape: CookieShape, value: string, maxAgeSeconds?: number): string {
  const field = serialize(shape, value, maxAgeSeconds)
  // Its length before its characters: a pattern is asked about short texts only.
  if (field.length > maxCookieBytes) throw new CookieError('cookie_too_large')
  if (!cookieOctets.test(value)) throw new CookieError('cookie_malformed')
  return field
}

/** Takes a cookie away: browsers know it by its name, path and partition. */
export function clearCookie(shape: CookieShape): string {
  return serialize(shape, '', 0)
}

function serialize(shape: CookieShape, value: string, maxAgeSeconds: number | undefined): string {
  const { name, path, sameSite, partitioned, readers } = shape
  const attributes = [
    `${name}=${value}`,
    `Path=${path}`,
    ...(maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`]),
    'Secure',
    ...(readers === 'server' ? ['HttpOnly'] : []),
    `SameSite=${sameSite}`,
    ...(partitioned ? ['Partitioned'] : []),
  ]
  return attributes.join('; ')
}
