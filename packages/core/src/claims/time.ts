import type { ClaimsConfiguration } from '../configuration/index.ts'
import type { JsonObject } from '../compact/index.ts'
import { AccessTokenError } from '../error.ts'
import { invalid, missing } from './refusals.ts'

/** 9999-12-31T23:59:59Z. Milliseconds since the epoch lie beyond it (CLAIM-3). */
const latest = 253_402_300_799

/** When a token is good, in seconds since the epoch, with the tolerance already counted in. */
export interface ValidityPeriod {
  readonly notBefore: number
  readonly notOnOrAfter: number
  /** The `exp` claim itself. */
  readonly expiresAt: number
}

/**
 * Reads `exp`, `nbf` and `iat` (RFC 7519 §4.1.4 to §4.1.6; CLAIM-3, CLAIM-4, CLAIM-5).
 *
 * @throws AccessTokenError `claim_missing`, `claim_invalid`
 */
export function readValidityPeriod(claims: JsonObject, configuration: ClaimsConfiguration): ValidityPeriod {
  const { clockToleranceSeconds: tolerance, maxTokenAgeSeconds: maxAge } = configuration
  const expiresAt = readNumericDate(claims, 'exp')
  const notBefore = readNumericDate(claims, 'nbf') ?? 0
  const issuedAt = readNumericDate(claims, 'iat')
  if (expiresAt === undefined) throw missing('exp')
  let end = expiresAt
  if (maxAge !== undefined) {
    if (issuedAt === undefined) throw missing('iat')
    end = Math.min(expiresAt, issuedAt + maxAge)
  }
  return {
    notBefore: Math.max(notBefore, issuedAt ?? 0) - tolerance,
    notOnOrAfter: end + tolerance,
    expiresAt,
  }
}

/** @throws AccessTokenError `token_expired`, `token_not_yet_valid` */
export function checkTime(period: ValidityPeriod, now: number): void {
  if (now >= period.notOnOrAfter) throw new AccessTokenError('token_expired')
  if (now < period.notBefore) throw new AccessTokenError('token_not_yet_valid')
}

function readNumericDate(claims: JsonObject, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const value = claims[name]
  if (value === undefined) return undefined
  // `1e999` is valid JSON, and parses to Infinity.
  if (typeof value === 'number' && value >= 0 && value <= latest) return value
  throw invalid(name, 'is not a number of seconds since the epoch')
}
