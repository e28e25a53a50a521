import type { JsonObject } from '../compact/index.ts'
import { invalid } from './refusals.ts'

/**
 * The granted scopes: of each claim a string split at single spaces (RFC 9068 §2.2.3), or an array of strings.
 *
 * @throws AccessTokenError `claim_invalid` (POLICY-2)
 */
export function readScopes(claims: JsonObject, names: readonly string[]): readonly string[] {
  const scopes = new Set<string>()
  for (const name of names) {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined
    if (value !== undefined) for (const scope of scopesOf(name, value)) scopes.add(scope)
  }
  return [...scopes]
}

function scopesOf(name: string, value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((scope) => scope !== '')
  if (!Array.isArray(value)) throw invalid(name, 'is neither a string nor an array')
  for (const scope of value as unknown[]) {
    if (typeof scope !== 'string' || scope.includes(' ')) throw invalid(name, 'has a member that is no single scope')
  }
  return value as string[]
}
