import { parseScopes } from '../../scopes.ts'
import type { CheckedClient } from '../clients/index.ts'
import { TokenRequestError } from '../token-request-error.ts'

/**
 * The one API that the token is for (RFC 8707 §2.2): named, or the only one that the client may ask for. A token for
 * several could be used by each of them at the others.
 *
 * @throws TokenRequestError `resource_refused`
 */
export function chooseTarget(client: CheckedClient, named: readonly string[]): readonly [string] {
  const [target, ...others] = named.length === 0 ? client.audience : new Set(named)
  if (target !== undefined && others.length === 0 && client.audience.includes(target)) return [target]
  throw new TokenRequestError('resource_refused')
}

/**
 * The scopes of the token: what is asked for, or all that is allowed.
 *
 * @throws TokenRequestError `scope_refused`
 */
export function chooseScope(asked: string | undefined, allowed: readonly string[]): readonly string[] {
  const scopes = asked === undefined ? allowed : parseScopes(asked)
  if (scopes?.every((scope) => allowed.includes(scope))) return scopes
  throw new TokenRequestError('scope_refused')
}
