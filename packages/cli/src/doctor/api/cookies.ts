import { type Finding, ok, problem, warning } from '../finding.ts'
import type { Answer } from '../transport/index.ts'

/** What is found in the cookies that an API sets (RFC 6265bis §4.1; COOKIE-1). */
export function judgeCookies(answers: readonly Answer[]): readonly Finding[] {
  const cookies = new Map<string, string>()
  for (const { headers } of answers) {
    for (const field of headers.all('set-cookie')) cookies.set(field.split('=')[0]?.trim() ?? '', field)
  }
  return [...cookies].flatMap(([name, field]) => judgeCookie(name, field))
}

/** Names that tell of a session or a token. */
const sessionName = /sess|sid|auth|token|jwt|login|remember|csrf|xsrf/i

function judgeCookie(name: string, field: string): readonly Finding[] {
  const attributes = new Map(
    field
      .split(';')
      .slice(1)
      .map((part) => {
        const [attribute = '', value = ''] = part.split('=').map((text) => text.trim().toLowerCase())
        return [attribute, value] as const
      }),
  )
  const sameSite = attributes.get('samesite')
  const isHostOnly = name.startsWith('__Host-')
  const missing = [
    ...(attributes.has('secure') ? [] : ['Secure']),
    // Pages have to read what they send back as a field.
    ...(attributes.has('httponly') || /csrf|xsrf/i.test(name) ? [] : ['HttpOnly']),
    ...(sameSite === undefined ? ['SameSite'] : []),
  ]
  const findings: Finding[] = []
  const advice = `Set-Cookie: __Host-${name.replace(/^__(Host|Secure)-/, '')}=…; Path=/; Secure; HttpOnly; SameSite=Lax`
  if (missing.length > 0) {
    const message = `The cookie ${name} lacks ${missing.join(', ')}.`
    findings.push(
      sessionName.test(name)
        ? problem('cookies.attributes', message, advice)
        : warning('cookies.attributes', message, advice),
    )
  }
  if (sameSite === 'none') {
    const message = `The cookie ${name} goes along with requests of other sites (SameSite=None).`
    findings.push(warning('cookies.same_site', message, 'Take Lax or Strict, unless other sites have to embed it.'))
  }
  if (attributes.has('domain')) {
    const message = `The cookie ${name} is for subdomains, too (Domain): one that is taken over reads and sets it.`
    findings.push(warning('cookies.domain', message, advice))
  }
  if (findings.length > 0) return findings
  if (!isHostOnly) return [warning('cookies.prefix', `The cookie ${name} has no __Host- in its name.`, advice)]
  return [ok('cookies.attributes', `The cookie ${name} is set as it should be.`)]
}
