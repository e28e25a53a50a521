import { isSameHash, type PresentedToken } from './opaque-token.ts'
import type { RefreshTokenErrorCode } from './refresh-token-error.ts'
import type { RefreshTokenFamily } from './refresh-token-store.ts'

interface Use {
  readonly token: PresentedToken
  readonly clientId: string
  readonly nowMs: number
  readonly graceMs: number
  /** Whether the token was the current one when it was presented, and another use of it was faster. */
  readonly wasCurrent: boolean
}

/** `rotate`: the token gets its successor. `repeat`: it gets the one that it had got. Everything else is a refusal. */
export type UseVerdict = 'rotate' | 'repeat' | RefreshTokenErrorCode

/** What becomes of a token that a client wants to use, as its family is at the moment. */
export function judgeUse(family: RefreshTokenFamily | undefined, use: Use): UseVerdict {
  const { token, clientId, nowMs, graceMs, wasCurrent } = use
  if (family === undefined) return 'refresh_token_unknown'
  if (family.revokedAtMs !== undefined) return 'refresh_token_revoked'
  if (nowMs >= family.expiresAtMs) return 'refresh_token_expired'
  const isOwner = clientId === family.grant.clientId
  // Another client has used nothing, nor can it: to end the family would let any client's mistake log users out.
  if (isSameHash(family.current, token.hash)) return isOwner ? 'rotate' : 'client_mismatch'
  // As soon as the successor is used, it is the previous one: an older token never gets here. Clocks of processes differ.
  const isWithinGrace = graceMs > 0 && (wasCurrent || Math.abs(nowMs - family.rotatedAtMs) < graceMs)
  return isOwner && isWithinGrace && isSameHash(family.previous, token.hash) ? 'repeat' : 'refresh_token_reused'
}
