import type { JsonObject } from '../compact/index.ts'
import { invalid } from './refusals.ts'

/**
 * The granted scopes: of each claim a string split at single spaces (RFC 9068 §2.2.3), or an array of strings.
 *
 * @throws AccessTokenError `claim_invalid` (POLICY-2)
 */
export function readScopes(claims: JsonObject, names: readonly string[]): readonly string[] {
  let scopes: readonly string[] = []
  for (const name of names) {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined
    if (value === undefined) continue
    const more = scopesOf(name, value)
    scopes = scopes.length === 0 ? more : [...new Set([...scopes, ...more])]
  }
  return scopes
}

function scopesOf(name: string, value: unknown): readonly string[] {
  if (typeof value === 'string') return splitAtSpaces(value)
  if (!Array.isArray(value)) throw invalid(name, 'is neither a string nor an array')
  for (const scope of value as unknown[]) {
    if (typeof scope !== 'string' || scope.includes(' ')) throw invalid(name, 'has a member that is no single scope')
  }
  return value as string[]
}

/** As `split`, without empty parts and the array in between. */
function splitAtSpaces(text: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  for (let end = text.indexOf(' '); end !== -1; end = text.indexOf(' ', start)) {
    if (end > start) parts.push(text.slice(start, end))
    start = end + 1
  }
  if (start < text.length) parts.push(text.slice(start))
  return parts
}
