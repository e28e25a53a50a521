import type { Field, RequestDraft } from './request-draft.ts'

/** The cookie that carries a token, as the servers are configured. */
export const cookieName = 'at'

const manyFields = 500

/**
 * The statuses that a clean request may have, by what is documented about credentials; 200 only when nothing is wrong
 * with it.
 */
export function expectedStatuses({ fields, method }: RequestDraft, goodTokens: readonly string[]): ReadonlySet<number> {
  const authorization = valuesOf(fields, 'authorization')
  const cookies = valuesOf(fields, 'cookie').flatMap(tokensInCookie)
  const found = new Set<number>()
  // CRED-2, CRED-5
  if (authorization.length > 1 || cookies.length > 1 || cookies.includes('')) found.add(400)
  const credentials = authorization.filter(isBearer)
  // CRED-3
  if ((credentials.length > 0 || authorization.some(isDpop)) && cookies.length > 0) found.add(400)
  // CRED-1
  const fromHeader = credentials.map((value) => /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(value)?.[1])
  if (fromHeader.includes(undefined)) found.add(400)
  if (credentials.length === 0 && cookies.length === 0) found.add(401)
  const tokens = [...fromHeader.filter((token) => token !== undefined), ...cookies]
  if (!tokens.every((token) => goodTokens.includes(token))) found.add(401)
  // COOKIE-2, COOKIE-4
  if (cookies.length > 0 && isUnsafe(method, fields) && !isFromOwnSite(fields)) found.add(403)
  const statuses = found.size === 0 ? [200] : [...found]
  // Node.js leaves out fields after the thousandth: of so many nothing is certain, and nothing has to be accepted.
  return new Set(fields.length > manyFields ? [...statuses, 400] : statuses)
}

/** Without the spaces and tabs around, which are no part of a value (RFC 9110 §5.5). */
function valuesOf(fields: readonly Field[], name: string): readonly string[] {
  return fields.filter((field) => field.name.toLowerCase() === name).map(({ value }) => trim(value))
}

const trim = (text: string) => text.replace(/^[ \t]+|[ \t]+$/g, '')

const isBearer = (value: string) => /^bearer(?![!#$%&'*+\-.^_`|~0-9A-Za-z])/i.test(value)
const isDpop = (value: string) => /^dpop(?![!#$%&'*+\-.^_`|~0-9A-Za-z])/i.test(value)

function tokensInCookie(value: string): readonly string[] {
  const pairs = value.split(';').map((pair) => /^([^=]*)=(.*)$/s.exec(pair))
  return pairs.filter((pair) => trim(pair?.[1] ?? '') === cookieName).map((pair) => trim(pair?.[2] ?? ''))
}

function isUnsafe(method: string, fields: readonly Field[]): boolean {
  const names = ['upgrade', 'x-http-method-override', 'x-http-method', 'x-method-override']
  return (
    !['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method) || names.some((name) => valuesOf(fields, name).length > 0)
  )
}

function isFromOwnSite(fields: readonly Field[]): boolean {
  const [sites, origins, hosts] = ['sec-fetch-site', 'origin', 'host'].map((name) => valuesOf(fields, name))
  if (sites!.length > 0) return sites!.length === 1 && ['same-origin', 'none'].includes(sites![0]!)
  // Of http only loopback hosts are believed, of which none is sent here.
  return origins!.length === 1 && hosts!.length === 1 && origins![0] === `https://${hosts![0]}`
}
