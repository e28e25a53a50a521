import { IssuerConfigurationError, kindOf } from './configuration-error.ts'

/** RFC 6749 §3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Splits scopes at single spaces (RFC 6749 §3.3); `undefined` when it is no list of scopes, or one with repetitions of space. */
export function parseScopes(scope: unknown): readonly string[] | undefined {
  const scopes: readonly unknown[] = typeof scope === 'string' ? scope.split(' ') : Array.isArray(scope) ? scope : ['']
  const isList = scopes.every((value) => typeof value === 'string' && scopeToken.test(value))
  return isList ? [...new Set(scopes as readonly string[])] : undefined
}

/**
 * Scopes as an application gives them: an array, one string with single spaces, or nothing.
 *
 * @throws IssuerConfigurationError
 */
export function checkScopes(scope: unknown, option: string): readonly string[] {
  const scopes = scope === undefined ? [] : parseScopes(scope)
  if (scopes !== undefined) return scopes
  const takes = 'scopes of printable ASCII without quotes and backslashes, in an array or separated by single spaces'
  throw new IssuerConfigurationError(option, kindOf(scope), takes)
}
