import { type AccessTokenClaims, AccessTokenError, type Authentication } from '@sallyport/core'
import { authenticationOf, optionalAuthenticationOf } from '@sallyport/core/adapter'
import { exceptionFor } from './exceptions.ts'
import { type HttpRequest, rawRequestOf } from './http-context.ts'
import { lastPassOf } from './passes.ts'

/**
 * The authentication of a request that the guard admitted, for interceptors, other guards and services; handlers have
 * `@Auth()`.
 *
 * @param request of the Express or the Fastify platform
 * @typeParam Claims - the type of `auth.claims`
 * @throws UnauthorizedException `credential_missing` where a request without a credential may pass, and did
 * @throws Error where no guard admitted the request: a mistake in the application, answered with 500
 *
 * @example
 * ```ts
 * intercept(context: ExecutionContext, next: CallHandler) {
 *   const { subject } = getAuth(context.switchToHttp().getRequest())
 *   return next.handle()
 * }
 * ```
 */
export function getAuth<Claims = AccessTokenClaims>(request: HttpRequest): Authentication<Claims> {
  const raw = rawRequestOf(request)
  try {
    return authenticationOf<Claims>(raw)
  } catch (error) {
    const pass = lastPassOf(raw)
    if (!(error instanceof AccessTokenError) || pass === undefined) throw error
    throw exceptionFor(error, raw, pass.response)
  }
}

/**
 * As `getAuth`, but `undefined` where a request without a credential may pass, and did.
 *
 * @throws Error where no guard admitted the request
 */
export function getOptionalAuth<Claims = AccessTokenClaims>(request: HttpRequest): Authentication<Claims> | undefined {
  return optionalAuthenticationOf<Claims>(rawRequestOf(request))
}
