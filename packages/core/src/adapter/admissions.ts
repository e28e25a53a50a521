import type { AccessTokenClaims, Authentication } from '../authentication.ts'
import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import type { AccessTokenVerifier, Verifier } from '../verifier.ts'
import { createStamp } from './stamp.ts'

/** What happened to a request at the gate that saw it last. */
interface Admission {
  readonly verifier: AccessTokenVerifier
  /** `refused` also as long as nothing is decided. */
  readonly outcome: 'refused' | 'anonymous' | Authentication
}

/** So that nothing that is put onto a request can stand in for a verified token (POLICY-1). */
const admissions = createStamp<Admission>()

export function recordRefusal(request: ProtectedRequest, verifier: AccessTokenVerifier): void {
  admissions.write(request, { verifier, outcome: 'refused' })
}

export function recordAdmission<A extends Authentication | undefined>(
  request: ProtectedRequest,
  verifier: AccessTokenVerifier,
  authentication: A,
): A {
  admissions.write(request, { verifier, outcome: authentication ?? 'anonymous' })
  return authentication
}

/** The realm of the gate that saw the request last. */
export function realmOf(request: object): string | undefined {
  return admissions.read(request)?.verifier.configuration.realm
}

/** The authentication of a request, `undefined` where no gate admitted it with one. */
export function findAuthentication(request: object): Authentication | undefined {
  const outcome = admissions.read(request)?.outcome
  return typeof outcome === 'object' ? outcome : undefined
}

/**
 * The authentication of a request that a gate admitted.
 *
 * @param request Node's own request object, as the gate got it
 * @param by whose word alone counts, where its claims have a type of their own; default: any gate's
 * @throws AccessTokenError `credential_missing` where the gate let the request pass without a credential
 * @throws Error where no gate admitted the request: a mistake in the application, answered with 500
 */
export function authenticationOf<Claims = AccessTokenClaims>(
  request: object,
  by?: Verifier<unknown>,
): Authentication<Claims> {
  const authentication = optionalAuthenticationOf<Claims>(request, by)
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
  by?: Verifier<unknown>,
): Authentication<Claims> | undefined {
  const { verifier, outcome = 'refused' } = admissions.read(request) ?? {}
  if (by !== undefined && verifier !== undefined && verifier !== by) {
    throw new Error('Another protect() admitted this request: ask that one, or the getAuth of the package')
  }
  if (outcome === 'refused') {
    throw new Error('Nothing admitted this request: put protect(), or the guard, before what needs its authentication')
  }
  return outcome === 'anonymous' ? undefined : (outcome as Authentication<unknown> as Authentication<Claims>)
}
