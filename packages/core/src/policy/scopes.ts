import { ConfigurationError } from '../configuration-error.ts'
import { AccessTokenError } from '../error.ts'
import type { Policy } from './policy.ts'

/**
 * Asks for all of the scopes.
 *
 * @throws ConfigurationError when a scope is not one scope token (RFC 6749 §3.3)
 */
export function scopesPolicy(scopes: readonly string[]): Policy {
  const needed = checkScopes(scopes, 'requireScopes')
  return {
    description: { kind: 'scopes', scopes: needed },
    require: (authentication) => {
      if (needed.every((scope) => authentication.hasScope(scope))) return
      throw new AccessTokenError('scope_insufficient', { scope: needed })
    },
  }
}

/**
 * Asks for at least one of the scopes.
 *
 * @throws ConfigurationError when a scope is not one scope token (RFC 6749 §3.3)
 */
export function anyScopePolicy(scopes: readonly string[]): Policy {
  const enough = checkScopes(scopes, 'requireAnyScope')
  return {
    description: { kind: 'any_scope', scopes: enough },
    require: (authentication) => {
      if (enough.some((scope) => authentication.hasScope(scope))) return
      throw new AccessTokenError('scope_insufficient', { scope: enough })
    },
  }
}

function checkScopes(scopes: readonly unknown[], option: string): readonly string[] {
  if (scopes.length === 0) throw new ConfigurationError(option, scopes, 'at least one scope')
  return Object.freeze(
    scopes.map((scope) => {
      if (typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) return scope
      throw new ConfigurationError(option, scope, 'scopes as separate arguments, each without spaces')
    }),
  )
}
