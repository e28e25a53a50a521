import type { AccessTokenClaims } from '../authentication.ts'
import type { StandardSchema } from '../claims/index.ts'
import { normalizeMediaType } from '../compact/index.ts'
import { ConfigurationError } from '../configuration-error.ts'
import { checkNumber, checkOneOf, checkStrings, type Given } from '../checks.ts'

/** What the claims stage asks of a token, whoever issued it. */
export interface ClaimsConfiguration {
  readonly profile: 'interoperable' | 'rfc9068'
  readonly clockToleranceSeconds: number
  readonly maxTokenAgeSeconds: number | undefined
  readonly requiredClaims: readonly string[]
  readonly predicates: readonly ClaimPredicate[]
  readonly schema: StandardSchema<unknown> | undefined
  readonly scopeClaims: readonly string[]
  /** Accepted `typ` values; `undefined` in it means that `typ` may be absent. */
  readonly tokenTypes: ReadonlySet<string | undefined>
}

/** A claim, and whether its value is accepted. */
export interface ClaimPredicate {
  readonly claim: string
  readonly accepts: (value: unknown, claims: AccessTokenClaims) => boolean
}

/** @throws ConfigurationError */
export function normalizeClaims(given: Given): ClaimsConfiguration {
  const { profile = 'interoperable', clockToleranceSeconds = 30, maxTokenAgeSeconds, claims } = given
  const { requiredClaims = [], scopeClaims = ['scope', 'scp'], tokenTypes = [] } = given
  const checkedProfile = checkOneOf(profile, ['interoperable', 'rfc9068'], 'profile')
  const types = checkTokenTypes(tokenTypes)
  return Object.freeze({
    profile: checkedProfile,
    clockToleranceSeconds: checkNumber(clockToleranceSeconds, 0, 300, 'clockToleranceSeconds', 'seconds'),
    maxTokenAgeSeconds:
      maxTokenAgeSeconds === undefined
        ? undefined
        : checkNumber(maxTokenAgeSeconds, 1, 315_360_000, 'maxTokenAgeSeconds', 'seconds'),
    requiredClaims: checkStrings(requiredClaims, 'requiredClaims', 'an array of claim names'),
    predicates: checkPredicates(given['claimPredicates']),
    schema: checkSchema(claims),
    scopeClaims: checkStrings(scopeClaims, 'scopeClaims', 'an array of claim names'),
    // JOSE-14, RFC 9068 §4
    tokenTypes: new Set(checkedProfile === 'rfc9068' ? ['at+jwt', ...types] : ['at+jwt', 'jwt', undefined, ...types]),
  })
}

/** RFC 8725 §3.12: tokens of these types say something else than who may access what; no option admits them. */
const otherTokenTypes = ['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'token-introspection+jwt', 'oauth-authz-req+jwt']

function checkTokenTypes(value: unknown): readonly string[] {
  const takes = 'an array of media types that are access tokens'
  return checkStrings(value, 'tokenTypes', takes).map((type, index) => {
    const normalized = normalizeMediaType(type)
    if (!otherTokenTypes.includes(normalized)) return normalized
    throw new ConfigurationError(`tokenTypes[${index}]`, type, 'a type of access tokens, which this never is')
  })
}

function checkPredicates(value: unknown): readonly ClaimPredicate[] {
  if (value === undefined) return []
  const takes = 'an object of functions by claim'
  if (typeof value !== 'object' || value === null) throw new ConfigurationError('claimPredicates', value, takes)
  return Object.entries(value as Given).map(([claim, accepts]) => {
    if (typeof accepts === 'function') return { claim, accepts: accepts as ClaimPredicate['accepts'] }
    throw new ConfigurationError(`claimPredicates.${claim}`, accepts, 'a function that returns true or false')
  })
}

function checkSchema(value: unknown): StandardSchema<unknown> | undefined {
  if (value === undefined) return undefined
  const standard =
    (typeof value === 'object' && value !== null) || typeof value === 'function'
      ? (value as Given)['~standard']
      : undefined
  if (typeof standard === 'object' && standard !== null && typeof (standard as Given)['validate'] === 'function') {
    return value as StandardSchema<unknown>
  }
  throw new ConfigurationError('claims', value, 'a Standard Schema validator')
}
