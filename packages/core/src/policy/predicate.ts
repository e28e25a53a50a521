import type { Authentication } from '../authentication.ts'
import { andThen, type Awaitable } from '../awaitable.ts'
import { ConfigurationError } from '../configuration-error.ts'
import { AccessTokenError } from '../error.ts'
import type { Policy } from './policy.ts'

/** Decides about a request: only `true`, or a promise of it, permits. */
export type Predicate<Request, Claims> = (
  authentication: Authentication<Claims>,
  request: Request,
) => Awaitable<boolean>

/**
 * Asks the application (POLICY-4).
 *
 * @throws ConfigurationError when it is no function
 */
export function predicatePolicy<Request, Claims>(predicate: Predicate<Request, Claims>): Policy<Request> {
  if (typeof predicate !== 'function') throw new ConfigurationError('authorize', predicate, 'a function')
  return {
    description: { kind: 'predicate', name: predicate.name },
    require: (authentication, request) =>
      andThen(predicate(authentication as Authentication<unknown> as Authentication<Claims>, request), (permitted) => {
        if (permitted !== true) throw new AccessTokenError('policy_denied')
      }),
  }
}
