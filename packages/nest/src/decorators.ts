import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata, UseGuards } from '@nestjs/common'
import type { AccessTokenClaims } from '@sallyport/core'
import {
  anyScopePolicy,
  claimPolicy,
  type Policy,
  type Predicate,
  predicatePolicy,
  type RequiredClaim,
  scopesPolicy,
} from '@sallyport/core/adapter'
import { AccessTokenGuard } from './access-token.guard.ts'
import { type Access, ACCESS, accessOf } from './demand.ts'
import { getOptionalAuth } from './get-auth.ts'
import { httpRequestOf, type HttpRequest } from './http-context.ts'

/** A decorator for a controller, or for a route. */
export type RouteDecorator = ClassDecorator & MethodDecorator

/**
 * Asks for all of the scopes, else 403 `insufficient_scope` (RFC 6750 §3.1). Brings the guard along: a route with it
 * is never open.
 *
 * @throws ConfigurationError when a scope is not one scope
 *
 * @example
 * ```ts
 * @Get() @RequireScopes('reports:read') list() {}
 * ```
 */
export function RequireScopes(...scopes: readonly string[]): RouteDecorator {
  return requirePolicy(scopesPolicy(scopes))
}

/** Asks for at least one of the scopes, else 403 `insufficient_scope`. Brings the guard along. */
export function RequireAnyScope(...scopes: readonly string[]): RouteDecorator {
  return requirePolicy(anyScopePolicy(scopes))
}

/**
 * Asks for a claim, or for a claim with a value, else 403. Brings the guard along.
 *
 * @param claim the claim's name, or the path to a member of it: `['realm_access', 'roles']`
 * @param requirement a value, several of which one is enough, or a function; an array claim has to contain it. `undefined`
 *   is refused: an option that is not set must not turn into "any value"
 */
export function RequireClaim(claim: string | readonly string[], ...requirement: RequiredClaim): RouteDecorator {
  return requirePolicy(claimPolicy(claim, ...requirement))
}

/**
 * Asks a predicate, which permits by `true` or a promise of it, else 403. What it throws is thrown on. Brings the guard
 * along.
 *
 * @typeParam Claims - the type of `auth.claims`
 * @typeParam Request - the platform's type of requests, as the predicate's second parameter is annotated
 *
 * @example
 * ```ts
 * @Get(':user') @Authorize((auth, req: Request) => auth.subject === req.params['user']) read() {}
 * ```
 */
export function Authorize<Claims = AccessTokenClaims, Request extends HttpRequest = HttpRequest>(
  predicate: Predicate<Request, Claims>,
): RouteDecorator {
  return requirePolicy(predicatePolicy(predicate) as Policy<HttpRequest>)
}

/** Leaves a route, or a controller's routes, open: no token is looked at. */
export function Public(): RouteDecorator {
  return changeAccess((access) => ({ ...access, level: 'public' }))
}

/** Lets a request without a credential pass, but none with a bad one. Brings the guard along. */
export function OptionalAccessToken(): RouteDecorator {
  return applyDecorators(
    changeAccess((access) => ({ ...access, level: 'optional' })),
    UseGuards(AccessTokenGuard),
  )
}

/**
 * The request's authentication as a parameter; `undefined` where a request without a credential may pass.
 *
 * @throws Error where no guard admitted the request: a mistake in the application, answered with 500
 *
 * @example
 * ```ts
 * @Get('me') me(@Auth() auth: Authentication) {
 *   return { sub: auth.subject }
 * }
 * ```
 */
export const Auth: () => ParameterDecorator = createParamDecorator((_: undefined, context: ExecutionContext) =>
  getOptionalAuth(httpRequestOf(context)),
)

function requirePolicy(policy: Policy<HttpRequest>): RouteDecorator {
  return applyDecorators(
    changeAccess((access) => ({ ...access, policies: [...access.policies, policy] })),
    UseGuards(AccessTokenGuard),
  )
}

function changeAccess(change: (access: Access) => Access): RouteDecorator {
  return ((target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const decorated = (descriptor?.value ?? target) as Parameters<typeof accessOf>[0]
    const decorate: (...place: unknown[]) => void = SetMetadata(ACCESS, change(accessOf(decorated)))
    decorate(target, key, descriptor)
  }) as RouteDecorator
}
