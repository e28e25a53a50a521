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
import type { KoaContext } from './context.ts'
import { type ContextMiddleware, createMiddleware, type Middleware } from './middleware.ts'

/**
 * Lets a request pass that has all of the scopes, else 403 `insufficient_scope` (RFC 6750 §3.1).
 *
 * @throws ConfigurationError when a scope is not one scope
 *
 * @example
 * ```ts
 * router.get('/reports', requireScopes('reports:read'), handler)
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
 * Lets a request pass for which the predicate gives `true`, or a promise of it, else 403. What it throws is thrown on.
 *
 * @typeParam Claims - the type of `auth.claims`
 * @throws ConfigurationError when the predicate is no function
 *
 * @example
 * ```ts
 * app.use(authorize((auth) => auth.clientId !== undefined && partners.has(auth.clientId)))
 * ```
 */
export function authorize<Claims = AccessTokenClaims>(predicate: Predicate<KoaContext, Claims>): Middleware
/**
 * Lets a request pass for which the predicate gives `true`, or a promise of it, else 403. What it throws is thrown on.
 *
 * @typeParam Claims - the type of `auth.claims`
 * @typeParam Context - the type of the predicate's context: give it your router's, as in the example
 * @throws ConfigurationError when the predicate is no function
 *
 * @example
 * ```ts
 * router.get('/users/:id', authorize((auth, ctx: RouterContext) => ctx.params['id'] === auth.subject), handler)
 * ```
 */
export function authorize<Claims = AccessTokenClaims, Context extends KoaContext = KoaContext>(
  predicate: Predicate<Context, Claims>,
): ContextMiddleware<Context>
export function authorize(predicate: Predicate<KoaContext, AccessTokenClaims>): Middleware {
  return requirePolicy(predicatePolicy(predicate))
}

function requirePolicy(policy: Policy<KoaContext>): Middleware {
  return createMiddleware((ctx) => policy.require(authenticationOf(ctx.req), ctx))
}
