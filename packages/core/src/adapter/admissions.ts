import type { AccessTokenClaims, Authentication } from '../authentication.ts'
import { AccessTokenError } from '../error.ts'

/** What happened to a request at a gate. */
interface Admission {
  readonly realm: string | undefined
  /** `refused` also as long as nothing is decided. */
  readonly outcome: 'refused' | 'anonymous' | Authentication
}

/** By request, so that nothing that is put onto a request can stand in for a verified token (POLICY-1). */
const admissions = new WeakMap<object, Admission>()

export function recordArrival(request: object, realm: string | undefined): void {
  admissions.set(request, { realm, outcome: 'refused' })
}

export function recordAdmission<A extends Authentication | undefined>(request: object, authentication: A): A {
  admissions.set(request, { realm: realmOf(request), outcome: authentication ?? 'anonymous' })
  return authentication
}

/** The realm of the gate that saw the request last. */
export function realmOf(request: object): string | undefined {
  return admissions.get(request)?.realm
}

/**
 * The authentication of a request that a gate admitted.
 *
 * @param request Node's own request object, as the gate got it
 * @throws AccessTokenError `credential_missing` where the gate let the request pass without a credential
 * @throws Error where no gate admitted the request: a mistake in the application, answered with 500
 */
export function authenticationOf<Claims = AccessTokenClaims>(request: object): Authentication<Claims> {
  const authentication = optionalAuthenticationOf<Claims>(request)
  if (authentication === undefined) throw new AccessTokenError('credential_missing')
  return authentication
}

/**
 * As `authenticationOf`, but `undefined` where the gate let the request pass without a credential.
 *
 * @throws Error where no gate admitted the request
 */
export function optionalAuthenticationOf<Claims = AccessTokenClaims>(
  request: object,
): Authentication<Claims> | undefined {
  const outcome = admissions.get(request)?.outcome ?? 'refused'
  if (outcome === 'refused') {
    throw new Error('Nothing admitted this request: put protect(), or the guard, before what needs its authentication')
  }
  return outcome === 'anonymous' ? undefined : (outcome as Authentication<unknown> as Authentication<Claims>)
}
