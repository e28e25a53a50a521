import { type Challenge, toChallenge } from '../challenge.ts'
import type { AccessTokenError } from '../error.ts'
import { realmOf } from './admissions.ts'

/** The response to a request that is refused; its headers also stand on the error, for the framework's own handling. */
export function answerTo(request: object, error: AccessTokenError): Challenge {
  const challenge = toChallenge(error, { realm: realmOf(request) })
  error.headers = challenge.headers
  return challenge
}
