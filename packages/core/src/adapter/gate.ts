import type { AccessTokenClaims, Authentication } from '../authentication.ts'
import { type Awaitable, isPromise } from '../awaitable.ts'
import { checkNames } from '../checks.ts'
import type { VerifierOptions } from '../configuration/index.ts'
import { ConfigurationError } from '../configuration-error.ts'
import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'
import { toVerifier, type Verifier } from '../verifier.ts'
import { recordAdmission, recordRefusal } from './admissions.ts'
import { requireAllFields } from './left-out-fields.ts'

/** What an adapter's `protect` takes beside a verifier. */
export interface ProtectOptions {
  /**
   * Lets a request without a credential pass, without `auth`; one with a bad credential is refused all the same.
   * Default false.
   */
  readonly optional?: boolean | undefined
}

/** The options of a new verifier together with those of `protect`, or a verifier made before. */
export type ProtectInput<Claims> = (VerifierOptions<Claims> & ProtectOptions) | Verifier<Claims>

/** What stands before the handlers of an application, whatever its framework. */
export interface Gate {
  readonly verifier: Verifier<unknown>
  /**
   * Verifies the request's token and remembers the outcome for the policies that come later.
   *
   * @returns `undefined` for a request without a credential, where `optional` allows that
   * @throws AccessTokenError
   */
  admit(request: ProtectedRequest): Awaitable<Authentication | undefined>
  /** As `admit` with `optional: true`. */
  admitOptional(request: ProtectedRequest): Awaitable<Authentication | undefined>
}

/**
 * @throws ConfigurationError
 */
export function createGate<Claims = AccessTokenClaims>(
  input: ProtectInput<Claims>,
  protectOptions: ProtectOptions = {},
): Gate {
  const { verifierInput, optional } = separate(input, protectOptions)
  const verifier = toVerifier(verifierInput)
  const admitWith = (missing: (error: unknown) => undefined) => (request: ProtectedRequest) => {
    const admitted = (authentication: Authentication<unknown> | undefined) =>
      recordAdmission(request, verifier, authentication as Authentication | undefined)
    let authentication
    try {
      requireAllFields(request)
      authentication = verifier.authenticateNow(request)
    } catch (error) {
      recordRefusal(request, verifier)
      return admitted(missing(error))
    }
    if (!isPromise(authentication)) return admitted(authentication)
    recordRefusal(request, verifier)
    return authentication.then(admitted)
  }
  const admitOptional = admitWith(acceptMissing)
  return { verifier, admit: optional ? admitOptional : admitWith(rethrow), admitOptional }
}

/** CRED-7: only that there is no credential is ever overlooked; that is known before anything is waited for. */
function acceptMissing(error: unknown): undefined {
  if (error instanceof AccessTokenError && error.code === 'credential_missing') return undefined
  throw error
}

function rethrow(error: unknown): never {
  throw error
}

function separate<Claims>(input: ProtectInput<Claims>, protectOptions: ProtectOptions) {
  const isOptions = typeof input === 'object' && input !== null && !('authenticate' in input)
  const { optional: inOptions, ...options } = isOptions ? input : ({} as ProtectOptions)
  checkNames(protectOptions, ['optional'], 'protectOptions')
  const { optional = inOptions ?? false } = protectOptions
  if (typeof optional !== 'boolean') throw new ConfigurationError('optional', optional, 'a boolean')
  return { verifierInput: isOptions ? options : input, optional }
}
