import type { AccessTokenClaims } from '../authentication.ts'
import { andThen, type Awaitable, isTrue } from '../awaitable.ts'
import type { JoseHeader, JsonObject } from '../compact/index.ts'
import type { ClaimsConfiguration, Issuer } from '../configuration/index.ts'
import { AccessTokenError } from '../error.ts'
import { readAudience } from './audience.ts'
import { invalid, missing } from './refusals.ts'
import { readScopes } from './scopes.ts'
import { readValidityPeriod, type ValidityPeriod } from './time.ts'
import { checkIsAccessToken, checkTokenType } from './token-type.ts'

/** Claims that passed everything that does not change with time. */
export interface CheckedClaims {
  readonly audience: readonly string[]
  readonly scopes: readonly string[]
  readonly period: ValidityPeriod
}

/** RFC 9068 §2.2. */
const rfc9068Claims = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']

/**
 * Checks what a token says, whenever it is asked (RFC 9068 §4; CLAIM-2 to CLAIM-7).
 *
 * @throws AccessTokenError `token_type_refused`, `not_an_access_token`, `audience_refused`, `claim_missing`,
 *   `claim_invalid`
 */
export function checkClaims(
  header: JoseHeader,
  claims: JsonObject,
  issuer: Issuer,
  configuration: ClaimsConfiguration,
): CheckedClaims {
  checkTokenType(header, configuration.tokenTypes)
  checkIsAccessToken(claims)
  const audience = readAudience(claims, issuer.audience)
  const period = readValidityPeriod(claims, configuration)
  for (const name of ['sub', 'jti', 'client_id']) {
    if (claims[name] !== undefined && typeof claims[name] !== 'string') throw invalid(name, 'is not a string')
  }
  const scopes = readScopes(claims, configuration.scopeClaims)
  // CLAIM-6: a scope that is not read must have its type all the same.
  if (!configuration.scopeClaims.includes('scope')) readScopes(claims, ['scope'])
  requireAll(claims, configuration.requiredClaims)
  if (configuration.profile === 'rfc9068') requireAll(claims, rfc9068Claims)
  return { audience, scopes, period }
}

function requireAll(claims: JsonObject, names: readonly string[]): void {
  for (const name of names) if (!Object.hasOwn(claims, name)) throw missing(name)
}

/**
 * Asks the application's predicates; also for a remembered token, since they may look at more than the token.
 *
 * @throws AccessTokenError `claim_missing`, `claim_invalid`; what a predicate throws is a bug and is thrown on
 */
export function checkPredicates(claims: JsonObject, { predicates }: ClaimsConfiguration): void {
  for (const { claim, accepts } of predicates) {
    if (!Object.hasOwn(claims, claim)) throw missing(claim)
    if (!isTrue(accepts(claims[claim], claims as AccessTokenClaims)))
      throw invalid(claim, 'is refused by its predicate')
  }
}

/**
 * Gives the claims to the application's validator.
 *
 * @returns what the validator makes of them, or the claims themselves where none is configured
 * @throws AccessTokenError `claim_invalid`; what the validator throws is a bug and is thrown on
 */
export function parseWithSchema(claims: JsonObject, { schema }: ClaimsConfiguration): Awaitable<unknown> {
  if (schema === undefined) return claims
  return andThen(schema['~standard'].validate(claims), (result) => {
    if (result.issues === undefined) {
      if ('value' in result) return result.value
      throw new TypeError("The claims' validator answered with neither a value nor issues")
    }
    // Neither the issue's text nor its path: both may quote the token.
    throw new AccessTokenError('claim_invalid', {
      reason: `the claims' validator has ${result.issues.length} objections`,
    })
  })
}
