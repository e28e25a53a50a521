import { IssuerConfigurationError } from '../../configuration-error.ts'
import type { Issuer } from '../../issuer.ts'
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
 * The scopes that APIs have; `undefined` for any.
 *
 * @throws TokenRequestError `resource_refused` where the issuer does not have them
 */
export type OfferedScopes = (audience: readonly string[]) => readonly string[] | undefined

/** Asks the issuer. */
export function offeredScopes(issuer: Issuer): OfferedScopes {
  return (audience) => {
    try {
      return issuer.scopesFor(audience)
    } catch (error) {
      if (!(error instanceof IssuerConfigurationError)) throw error
      throw new TokenRequestError('resource_refused', 'resources of the issuer has no such API')
    }
  }
}

/**
 * The scopes of the token: what is asked for, or all that is allowed and that the API has.
 *
 * @throws TokenRequestError `scope_refused`
 */
export function chooseScope(
  asked: string | undefined,
  allowed: readonly string[],
  offered: readonly string[] | undefined,
): readonly string[] {
  const usable = offered === undefined ? allowed : allowed.filter((scope) => offered.includes(scope))
  const scopes = asked === undefined ? usable : parseScopes(asked)
  if (scopes?.every((scope) => usable.includes(scope))) return scopes
  throw new TokenRequestError('scope_refused')
}
