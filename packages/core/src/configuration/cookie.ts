import type { KeyObject } from 'node:crypto'
import { checkNames, checkOneOf, checkStrings, type Given } from '../checks.ts'
import { ConfigurationError } from '../configuration-error.ts'
import { type CookieCredential, createCsrfTokens, type CsrfTokens } from '../credential/index.ts'
import { importSecret } from './secret.ts'

/** The cookies of browser applications: how they are read, and how they are set. */
export interface CookieConfiguration extends CookieCredential {
  /** The option that gave the name, for errors of those who want more of it. */
  readonly option: string
  readonly sameSite: 'Lax' | 'Strict' | 'None'
  readonly partitioned: boolean
  readonly refreshCookie: { readonly name: string; readonly path: string } | undefined
}

const optionNames = ['name', 'origins', 'sameSite', 'partitioned', 'refreshCookie', 'doubleSubmit']

/** @throws ConfigurationError */
export function normalizeCookie(value: unknown): CookieConfiguration {
  const given: Given = typeof value === 'string' ? { name: value } : checkNames(value, optionNames, 'cookie')
  const option = typeof value === 'string' ? 'cookie' : 'cookie.name'
  const { partitioned = false } = given
  if (typeof partitioned !== 'boolean') throw new ConfigurationError('cookie.partitioned', partitioned, 'a boolean')
  const sameSite = checkOneOf(given['sameSite'] ?? 'Lax', ['Lax', 'Strict', 'None'], 'cookie.sameSite')
  if (sameSite === 'None' && !partitioned) {
    throw new ConfigurationError('cookie.sameSite', sameSite, 'Lax or Strict, or None together with partitioned: true')
  }
  const configuration = {
    option,
    name: checkName(given['name'], option),
    origins: checkOrigins(given['origins']),
    sameSite,
    partitioned,
    refreshCookie: normalizeRefreshCookie(given['refreshCookie']),
    csrfTokens: normalizeDoubleSubmit(given['doubleSubmit']),
  }
  checkDifferent(configuration)
  return Object.freeze(configuration)
}

/** RFC 9110 §5.6.2: what a cookie's name is made of too (RFC 6265 §4.1.1). */
const tokenCharacters = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

function checkName(name: unknown, option: string): string {
  if (typeof name === 'string' && tokenCharacters.test(name)) return name
  throw new ConfigurationError(option, name, 'the name of a cookie')
}

/**
 * Browsers take a cookie of such a name only with the attributes that it promises (RFC 6265bis §4.1.3).
 *
 * @throws ConfigurationError
 */
function checkPrefixed(name: unknown, prefix: '__Host-' | '__Secure-', option: string): string {
  const checked = checkName(name, option)
  if (checked.startsWith(prefix) && checked.length > prefix.length) return checked
  throw new ConfigurationError(option, name, `the name of a cookie that starts with ${prefix}`)
}

function checkOrigins(value: unknown = []): ReadonlySet<string> {
  const takes = 'an array of origins such as https://app.example'
  const origins = checkStrings(value, 'cookie.origins', takes)
  for (const [index, origin] of origins.entries()) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue
    throw new ConfigurationError(`cookie.origins[${index}]`, origin, takes)
  }
  return new Set(origins)
}

/** Without what would end the attribute, and with a slash in front: else browsers take a path of their own. */
const pathCharacters = /^\/[\x21-\x3a\x3c-\x7e]*$/

function normalizeRefreshCookie(value: unknown): CookieConfiguration['refreshCookie'] {
  if (value === undefined) return undefined
  if (typeof value === 'string') return { name: checkPrefixed(value, '__Host-', 'cookie.refreshCookie'), path: '/' }
  const { name, path = '/' } = checkNames(value, ['name', 'path'], 'cookie.refreshCookie')
  if (typeof path !== 'string' || path.length > 256 || !pathCharacters.test(path)) {
    throw new ConfigurationError('cookie.refreshCookie.path', path, 'a path that starts with a slash')
  }
  // A path other than / and the prefix __Host- exclude each other.
  const prefix = path === '/' ? '__Host-' : '__Secure-'
  return { name: checkPrefixed(name, prefix, 'cookie.refreshCookie.name'), path }
}

function normalizeDoubleSubmit(value: unknown): CsrfTokens | undefined {
  if (value === undefined) return undefined
  const { secret, cookie = '__Host-csrf' } = checkNames(value, ['secret', 'cookie'], 'cookie.doubleSubmit')
  const option = 'cookie.doubleSubmit.secret'
  const [first, ...others]: readonly unknown[] = Array.isArray(secret) ? secret : [secret]
  const keys: [KeyObject, ...KeyObject[]] = [
    importSecret(first, 'HS256', Array.isArray(secret) ? `${option}[0]` : option),
    ...others.map((other, index) => importSecret(other, 'HS256', `${option}[${index + 1}]`)),
  ]
  return createCsrfTokens(checkPrefixed(cookie, '__Host-', 'cookie.doubleSubmit.cookie'), keys)
}

function checkDifferent({ name, refreshCookie, csrfTokens }: CookieConfiguration): void {
  const takes = 'a name that no other of the cookies has'
  if (refreshCookie?.name === name) throw new ConfigurationError('cookie.refreshCookie', name, takes)
  if (csrfTokens === undefined || ![name, refreshCookie?.name].includes(csrfTokens.cookieName)) return
  throw new ConfigurationError('cookie.doubleSubmit.cookie', csrfTokens.cookieName, takes)
}
