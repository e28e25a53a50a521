import { hasUnprintable } from '../terminal/index.ts'
import type { JsonObject } from '../token/index.ts'
import { type Finding, note, warning } from './inspection.ts'

/** Claims that are about a person (OpenID Connect Core 1.0 §5.1), and what others call them. */
const personalClaims =
  /^(name|given_name|family_name|middle_name|nickname|preferred_username|first_?name|last_?name|full_?name|display_?name|e_?mail|email_address|mail|upn|unique_name|phone|phone_number|mobile|address|street|street_address|postal_code|birth_?date|date_of_birth|dob|gender|picture|photo|profile|ssn|social_security_number|tax_id|passport|iban|nationality|ip|ip_?addr(ess)?)$/i
const secretClaims = /^(.*_)?(password|passwd|pwd|secret|api_?key|private_?key|access_key|refresh_token|credentials?)$/i
const mailAddress = /^[^\s@]{1,64}@[^\s@]{1,253}\.[a-z]{2,24}$/i

/** Claims are encoded, not hidden: what everybody can read who sees the token. */
export function findExposed(claims: JsonObject): readonly Finding[] {
  const names = Object.keys(claims)
  const personal = names.filter((name) => personalClaims.test(name) || isMailAddress(claims[name]))
  const secret = names.filter((name) => secretClaims.test(name))
  const findings: Finding[] = []
  if (personal.length > 0) {
    const message = `It has personal data in the clear: ${listed(personal)}. Logs, proxies and browsers see it.`
    findings.push(warning('personal_data', message, 'Leave it out, or encrypt the token for its API.'))
  }
  if (secret.length > 0) {
    const message = `It seems to carry a secret in the clear: ${listed(secret)}.`
    findings.push(
      warning('secret_in_claims', message, 'A token is signed, not hidden: take it out, and change the secret.'),
    )
  }
  return findings
}

function isMailAddress(value: unknown): boolean {
  return typeof value === 'string' && mailAddress.test(value)
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 6).join(', ')
  return names.length > 6 ? `${shown} and ${names.length - 6} more` : shown
}

/** Control characters in a token: terminals, logs and people are misled by them. */
export function findUnprintable(parts: readonly JsonObject[]): readonly Finding[] {
  if (!parts.some((part) => textsOf(part).some(hasUnprintable))) return []
  const message = 'It has control characters, or ones that turn text round. They are shown as escapes here.'
  return [warning('control_characters', message, 'Escape what you log or show of it.')]
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsOf(member)])
}

/** Sallyport's `maxTokenBytes`. */
const maxTokenBytes = 16_384
/** Browsers take cookies of 4,096 bytes, name and attributes included (RFC 6265bis §5.6). */
const maxCookieBytes = 4_000
/** Many servers take header fields of 8 kB: nginx, Apache, Tomcat. */
const maxHeaderFieldBytes = 8_000

/** What the length of a token will run into. */
export function findInSize(bytes: number): readonly Finding[] {
  const size = bytes.toLocaleString('en')
  if (bytes > maxTokenBytes) {
    const message = `It has ${size} bytes: over the 16,384 that Sallyport and Node.js take of a header.`
    return [{ level: 'problem', code: 'too_large', message, advice: smaller }]
  }
  if (bytes > maxHeaderFieldBytes) {
    const message = `It has ${size} bytes: many servers and proxies refuse header fields over 8 kB.`
    return [warning('too_large_for_headers', message, smaller)]
  }
  if (bytes <= maxCookieBytes) return []
  return [note('too_large_for_cookies', `It has ${size} bytes: browsers drop cookies over 4,096.`, smaller)]
}

const smaller = 'Leave claims out that the API can look up: groups and profiles, most of all.'
