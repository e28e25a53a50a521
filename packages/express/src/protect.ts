import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AccessTokenClaims, Authentication } from '@sallyport/core'
import {
  authenticationOf,
  createGate,
  isPromise,
  optionalAuthenticationOf,
  type ProtectInput,
  type ProtectOptions,
} from '@sallyport/core/adapter'
import { refuse } from './refuse.ts'

/** A middleware of Express 4 or 5, in Node's own types, so that it needs neither version's. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void

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
  getAuth(request: IncomingMessage): Authentication<Claims>
  /**
   * As `getAuth`, but `undefined` where `optional` let the request pass without a credential.
   *
   * @throws Error where no `protect` admitted the request
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
  const middleware: Middleware = (request, response, next) => {
    const admitted = (auth: Authentication | undefined) => {
      if (auth !== undefined) Object.assign(request, { auth })
      next()
    }
    const refused = (error: unknown) => refuse(error, request, response, next)
    let admission
    try {
      admission = gate.admit(request)
    } catch (error) {
      refused(error)
      return
    }
    if (isPromise(admission)) admission.then(admitted, refused).catch(next)
    else admitted(admission)
  }
  return Object.assign(middleware, {
    getAuth: authenticationOf<Claims>,
    getOptionalAuth: optionalAuthenticationOf<Claims>,
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
  return authenticationOf<Claims>(request)
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
