import type { IncomingMessage } from 'node:http'
import type { AccessTokenClaims, Authentication, Verifier } from '@sallyport/core'
import {
  andThen,
  authenticationOf,
  createGate,
  optionalAuthenticationOf,
  type ProtectInput,
  type ProtectOptions,
  showAuthentication,
} from '@sallyport/core/adapter'
import { createMiddleware, type Middleware } from './middleware.ts'
import { offerChallenge } from './refuse.ts'

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
  getAuth(request: IncomingMessage): Authentication<Claims>
  /**
   * As `getAuth`, but `undefined` where `optional` let the request pass without a credential.
   *
   * @throws Error where no `protect` admitted the request, or one with another verifier did
   */
  getOptionalAuth(request: IncomingMessage): Authentication<Claims> | undefined
}

/**
 * Lets only requests with a genuine access token pass, and puts what it says at `req.auth`.
 *
 * A refused request is given to your error handler as an `AccessTokenError` (`next(error)`), with status and challenge
 * already set on the response; without an error handler it is answered here.
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
  const middleware = createMiddleware((request) =>
    andThen(gate.admit(request), (auth) => showAuthentication(request, auth)),
  )
  return Object.assign(middleware, {
    getAuth: (request: IncomingMessage) => readAuth<Claims>(request, gate.verifier),
    getOptionalAuth: (request: IncomingMessage) => optionalAuthenticationOf<Claims>(request, gate.verifier),
  })
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
 * app.get('/me', (req, res) => res.json({ sub: getAuth(req).subject }))
 * ```
 */
export function getAuth<Claims = AccessTokenClaims>(request: IncomingMessage): Authentication<Claims> {
  return readAuth<Claims>(request)
}

function readAuth<Claims>(request: IncomingMessage, by?: Verifier<unknown>): Authentication<Claims> {
  try {
    return authenticationOf<Claims>(request, by)
  } catch (error) {
    offerChallenge(error, request)
    throw error
  }
}

/**
 * As `getAuth`, but `undefined` where `optional` let the request pass without a credential.
 *
 * @throws Error where no `protect` admitted the request
 */
export function getOptionalAuth<Claims = AccessTokenClaims>(
  request: IncomingMessage,
): Authentication<Claims> | undefined {
  return optionalAuthenticationOf<Claims>(request)
}
