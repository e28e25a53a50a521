import { type Challenge, toChallenge } from '../challenge.ts'
import { cookiesOf } from '../cookies/index.ts'
import type { AccessTokenError } from '../error.ts'
import { realmOf } from './admissions.ts'

/** The whole of a response to a request that is refused. */
export interface Answer extends Challenge {
  /** Values of `Set-Cookie` fields, to be added to those that are there. */
  readonly cookies: readonly string[]
}

/** The response to a request that is refused; its headers also stand on the error, for the framework's own handling. */
export function answerTo(request: object, error: AccessTokenError): Answer {
  const challenge = toChallenge(error, { realm: realmOf(request) })
  const cookies = cookiesOf(error)
  error.headers = cookies.length === 0 ? challenge.headers : { ...challenge.headers, 'set-cookie': [...cookies] }
  return { ...challenge, cookies }
}
