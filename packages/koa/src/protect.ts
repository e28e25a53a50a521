import type { AccessTokenClaims, Authentication, Verifier } from '@sallyport/core'
import {
  andThen,
  authenticationOf,
  createGate,
  optionalAuthenticationOf,
  type ProtectInput,
  type ProtectOptions,
} from '@sallyport/core/adapter'
import type { KoaContext } from './context.ts'
import { createMiddleware, type Middleware } from './middleware.ts'
import { refuseLater } from './refuse.ts'

/**
 * The middleware that `protect` makes, and a typed way to what it found.
 *
 * @typeParam Claims - the type of `auth.claims`
 */
export interface Protect<Claims> extends Middleware {
  /**
   * The authentication of a request that this middleware admitted, with the types of its options.
   *
   * @throws AccessTokenError `credential_missing` where `optional` let the request pass without a credential
   * @throws Error where no `protect` admitted the request, or one with another verifier did
   */
  getAuth(ctx: KoaContext): Authentication<Claims>
  /**
   * As `getAuth`, but `undefined` where `optional` let the request pass without a credential.
   *
   * @throws Error where no `protect` admitted the request, or one with another verifier did
   */
  getOptionalAuth(ctx: KoaContext): Authentication<Claims> | undefined
}

/**
 * Lets only requests with a genuine access token pass, and puts what it says at `ctx.state.auth`.
 *
 * A refused request throws an `AccessTokenError` with `status`, `headers` and `expose`, as Koa's errors have them.
 *
 * @param input options of `createVerifier` with `optional`, or a verifier made before
 * @throws ConfigurationError
 *
 * @example
 * ```ts
 * app.use(protect({ issuer: 'https://as.example', audience: 'https://api.example' }))
 * ```
 */
export function protect<Claims = AccessTokenClaims>(
  input: ProtectInput<Claims>,
  options?: ProtectOptions,
): Protect<Claims> {
  const gate = createGate(input, options)
  const middleware = createMiddleware((ctx) => andThen(gate.admit(ctx.req), (auth) => setAuth(ctx.state, auth)))
  return Object.assign(middleware, {
    getAuth: (ctx: KoaContext) => readAuth<Claims>(ctx, gate.verifier),
    getOptionalAuth: (ctx: KoaContext) => optionalAuthenticationOf<Claims>(ctx.req, gate.verifier),
  })
}

/** What something else put at `ctx.state.auth` goes, also where there is nothing to put in its place. */
function setAuth(state: { auth?: Authentication | undefined }, auth: Authentication | undefined): void {
  if (auth !== undefined || 'auth' in state) state.auth = auth
}

/**
 * The authentication of a request that a `protect` admitted.
 *
 * @typeParam Claims - the type of `auth.claims`; `protect(...).getAuth` knows it by itself
 * @throws AccessTokenError `credential_missing` where `optional` let the request pass without a credential
 * @throws Error where no `protect` admitted the request
 *
 * @example
 * ```ts
 * router.get('/me', (ctx) => {
 *   ctx.body = { sub: getAuth(ctx).subject }
 * })
 * ```
 */
export function getAuth<Claims = AccessTokenClaims>(ctx: KoaContext): Authentication<Claims> {
  return readAuth<Claims>(ctx)
}

function readAuth<Claims>(ctx: KoaContext, by?: Verifier<unknown>): Authentication<Claims> {
  try {
    return authenticationOf<Claims>(ctx.req, by)
  } catch (error) {
    throw refuseLater(ctx, error)
  }
}

/**
 * As `getAuth`, but `undefined` where `optional` let the request pass without a credential.
 *
 * @throws Error where no `protect` admitted the request
 */
export function getOptionalAuth<Claims = AccessTokenClaims>({ req }: KoaContext): Authentication<Claims> | undefined {
  return optionalAuthenticationOf<Claims>(req)
}
