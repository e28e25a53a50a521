import type { JsonObject } from '../compact/index.ts'
import { AccessTokenError } from '../error.ts'
import { missing } from './refusals.ts'

/**
 * Reads `aud`, which must contain one of ours exactly (RFC 7519 §4.1.3, CLAIM-2).
 *
 * @param accepted `undefined` where any audience is allowed
 * @throws AccessTokenError `claim_missing`, `audience_refused`
 */
export function readAudience(claims: JsonObject, accepted: ReadonlySet<string> | undefined): readonly string[] {
  const { aud } = claims
  if (aud === undefined) {
    if (accepted === undefined) return []
    throw missing('aud')
  }
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!audience.every((value) => typeof value === 'string')) throw refused(accepted, 'aud is no list of strings')
  if (accepted !== undefined && !audience.some((value) => accepted.has(value))) {
    throw refused(accepted, 'no value of aud is ours', audience.slice(0, 8).join(' '))
  }
  return [...audience]
}

function refused(accepted: ReadonlySet<string> | undefined, reason: string, received?: string): AccessTokenError {
  return new AccessTokenError('audience_refused', { reason, expected: [...(accepted ?? [])].join(' '), received })
}
