import type { IncomingMessage } from 'node:http'
import type { AccessTokenClaims } from '@sallyport/core'
import {
  anyScopePolicy,
  authenticationOf,
  claimPolicy,
  type Policy,
  type Predicate,
  predicatePolicy,
  type RequiredClaim,
  scopesPolicy,
} from '@sallyport/core/adapter'
import { createMiddleware, type Middleware } from './middleware.ts'

/**
 * Lets a request pass that has all of the scopes, else 403 `insufficient_scope` (RFC 6750 §3.1).
 *
 * @throws ConfigurationError when a scope is not one scope
 *
 * @example
 * ```ts
 * app.get('/reports', requireScopes('reports:read'), handler)
 * ```
 */
export function requireScopes(...scopes: readonly string[]): Middleware {
  return requirePolicy(scopesPolicy(scopes))
}

/**
 * Lets a request pass that has at least one of the scopes, else 403 `insufficient_scope`.
 *
 * @throws ConfigurationError when a scope is not one scope
 */
export function requireAnyScope(...scopes: readonly string[]): Middleware {
  return requirePolicy(anyScopePolicy(scopes))
}

/**
 * Lets a request pass whose token has the claim, or has it with a value, else 403.
 *
 * @param claim the claim's name, or the path to a member of it: `['realm_access', 'roles']`
 * @param requirement a value, several of which one is enough, or a function; an array claim has to contain it. `undefined`
 *   is refused: an option that is not set must not turn into "any value"
 * @throws ConfigurationError
 */
export function requireClaim(claim: string | readonly string[], ...requirement: RequiredClaim): Middleware {
  return requirePolicy(claimPolicy(claim, ...requirement))
}

/**
 * Lets a request pass for which the predicate gives `true`, or a promise of it, else 403. What it throws goes to
 * `next(error)`.
 *
 * @typeParam Claims - the type of `auth.claims`
 * @typeParam Request - the type of the predicate's request; give it Express's, as in the example
 * @throws ConfigurationError when the predicate is no function
 *
 * @example
 * ```ts
 * app.get('/users/:id', authorize((auth, req: Request) => req.params['id'] === auth.subject), handler)
 * ```
 */
export function authorize<Claims = AccessTokenClaims, Request extends IncomingMessage = IncomingMessage>(
  predicate: Predicate<Request, Claims>,
): Middleware<Request> {
  return requirePolicy(predicatePolicy(predicate))
}

function requirePolicy<Request extends IncomingMessage>(policy: Policy<Request>): Middleware<Request> {
  return createMiddleware((request) => policy.require(authenticationOf(request), request))
}
