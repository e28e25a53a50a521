/**
 * What happened to a family of refresh tokens:
 *
 * - `issued`, `rotated`: as it should be.
 * - `repeated`: a client used a token again within the grace, and got the same successor.
 * - `reused`: a token was used again, or one that the family never had. Somebody else may have it; the family was revoked.
 * - `client_mismatch`: a client presented a token of another client. It was refused; the family goes on.
 * - `revoked`: on request.
 */
export interface RefreshTokenEvent {
  readonly type: 'issued' | 'rotated' | 'repeated' | 'reused' | 'client_mismatch' | 'revoked'
  /** Names the family; it is not part of a token. */
  readonly family: string
  readonly subject: string
  /** The client that the family belongs to. */
  readonly clientId: string
}

/** Called with each event, synchronously; what it throws is ignored. */
export type RefreshTokenListener = (event: RefreshTokenEvent) => void
