import { AccessTokenError } from '../error.ts'

/** @param claim a registered or configured name, never one that the token chose */
export function missing(claim: string): AccessTokenError {
  return new AccessTokenError('claim_missing', { reason: `the claim ${claim} is missing` })
}

export function invalid(claim: string, why: string): AccessTokenError {
  return new AccessTokenError('claim_invalid', { reason: `the claim ${claim} ${why}` })
}
