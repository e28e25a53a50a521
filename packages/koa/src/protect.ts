import type { AccessTokenClaims, Authentication } from '@sallyport/core'
import {
  authenticationOf,
  createGate,
  optionalAuthenticationOf,
  type ProtectInput,
  type ProtectOptions,
} from '@sallyport/core/adapter'
import { type KoaContext, refuse } from './refuse.ts'

/** A middleware of Koa 2.15 or 3, typed by what it needs, so that it needs neither version's types. */
export type Middleware = (ctx: KoaContext, next: () => Promise<unknown>) => Promise<void>

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
   * @throws Error where no `protect` admitted the request
   */
  getAuth(ctx: Pick<KoaContext, 'req'>): Authentication<Claims>
  /**
   * As `getAuth`, but `undefined` where `optional` let the request pass without a credential.
   *
   * @throws Error where no `protect` admitted the request
   */
  getOptionalAuth(ctx: Pick<KoaContext, 'req'>): Authentication<Claims> | undefined
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
  const middleware: Middleware = async (ctx, next) => {
    let auth
    try {
      auth = await gate.admit(ctx.req)
    } catch (error) {
      throw refuse(ctx, error)
    }
    if (auth !== undefined) Object.assign(ctx.state, { auth })
    await next()
  }
  return Object.assign(middleware, { getAuth: getAuth<Claims>, getOptionalAuth: getOptionalAuth<Claims> })
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
export function getAuth<Claims = AccessTokenClaims>({ req }: Pick<KoaContext, 'req'>): Authentication<Claims> {
  return authenticationOf<Claims>(req)
}

/**
 * As `getAuth`, but `undefined` where `optional` let the request pass without a credential.
 *
 * @throws Error where no `protect` admitted the request
 */
export function getOptionalAuth<Claims = AccessTokenClaims>({
  req,
}: Pick<KoaContext, 'req'>): Authentication<Claims> | undefined {
  return optionalAuthenticationOf<Claims>(req)
}
