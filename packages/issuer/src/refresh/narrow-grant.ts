import { parseScopes } from '../scopes.ts'
import { RefreshTokenError } from './refresh-token-error.ts'
import type { RefreshTokenGrant } from './refresh-token-store.ts'

/**
 * The grant as far as it is asked for: a client may ask for less than was granted, never for more (RFC 6749 §6,
 * RFC 8707 §2.2).
 *
 * @throws RefreshTokenError `scope_widened`, `audience_widened`
 */
export function narrowGrant(grant: RefreshTokenGrant, scope: unknown, audience: unknown): RefreshTokenGrant {
  const scopes = scope === undefined ? grant.scope : parseScopes(scope)
  if (scopes === undefined || !scopes.every((one) => grant.scope.includes(one))) {
    throw new RefreshTokenError('scope_widened')
  }
  const audiences: readonly unknown[] = audience === undefined ? grant.audience : [audience].flat()
  const kept = grant.audience.filter((one) => audiences.includes(one))
  if (audiences.length === 0 || !audiences.every((one) => kept.includes(one as string))) {
    throw new RefreshTokenError('audience_widened')
  }
  return Object.freeze({ ...grant, scope: Object.freeze(scopes), audience: Object.freeze(kept) })
}
