import type { ConfirmationThumbprints } from '../access-token.ts'

/** What was granted when the first refresh token of a family was issued; it never changes (RFC 6749 §6). */
export interface RefreshTokenGrant {
  /** The user, or the client itself. */
  readonly subject: string
  /** The client that the refresh token is bound to. */
  readonly clientId: string
  /** Granted scopes, possibly none. */
  readonly scope: readonly string[]
  /** The APIs that access tokens may be issued for. */
  readonly audience: readonly string[]
  /** Further claims of the access tokens, for instance `auth_time` and `acr`. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** The key that the access tokens stay bound to. */
  readonly confirmation?: ConfirmationThumbprints | undefined
}

/** What a use of the current token changes. */
export interface RefreshTokenRotation {
  /** Hash of the token that may be used next. */
  readonly current: string
  /** Hash of the token that was used. */
  readonly previous: string
  /** The next token, encrypted under the one that was used; `undefined` without a grace. */
  readonly sealed: string | undefined
  /** In milliseconds since the epoch. */
  readonly rotatedAtMs: number
  /** Until the current token can be used, in milliseconds since the epoch. */
  readonly expiresAtMs: number
}

/**
 * A refresh token and all that descend from it, as a store keeps them: one record of constant size, however often the
 * token was rotated. Tokens are in it as SHA-256 hashes only, and the successor encrypted under its predecessor: what
 * is in a store can be used by nobody who does not have that predecessor as well.
 */
export interface RefreshTokenFamily {
  /** SHA-256, as base64url, of the part that all tokens of the family share. */
  readonly id: string
  readonly grant: RefreshTokenGrant
  /** SHA-256, as base64url, of the one token that may be used. */
  readonly current: string
  /** Hash of the token that was used last, if any was. */
  readonly previous: string | undefined
  /** The current token, encrypted under the previous one. */
  readonly sealed: string | undefined
  /** When the current token was issued, in milliseconds since the epoch. */
  readonly rotatedAtMs: number
  /** Until the current token can be used: the idle life time, or the family's end if that comes before it. */
  readonly expiresAtMs: number
  /** The end of the absolute life time, in milliseconds since the epoch. */
  readonly endsAtMs: number
  /** When the family was revoked, in milliseconds since the epoch. */
  readonly revokedAtMs: number | undefined
}

/**
 * Where families of refresh tokens are kept.
 *
 * Each operation is atomic, also between processes that share the store, and durable when its promise is fulfilled. A
 * store that cannot answer rejects, with whatever error: the caller answers 503. It never waits longer than a second or
 * so. `test/contracts/refresh-token-store.ts` of the repository says the same in tests.
 */
export interface RefreshTokenStore {
  /**
   * Adds a family. It also forgets a bounded number of those with `expiresAtMs` before `nowMs`, at least two, so that
   * the store does not grow with time.
   */
  insert(family: RefreshTokenFamily, nowMs: number): Promise<void>
  /** The family as the last write left it, never as an older replica has it. */
  find(id: string): Promise<RefreshTokenFamily | undefined>
  /**
   * Compare and swap: applies the rotation if, and only if, the family's current hash is `rotation.previous` and it was
   * not revoked. Of many that rotate the same token exactly one succeeds.
   *
   * @returns whether it was applied
   */
  rotate(id: string, rotation: RefreshTokenRotation): Promise<boolean>
  /**
   * Revokes a family for good. It is kept until it expires.
   *
   * @returns whether it was this call that did it
   */
  revoke(id: string, nowMs: number): Promise<boolean>
  /**
   * Revokes all families of a subject.
   *
   * @returns how many it were that had not been revoked before
   */
  revokeSubject(subject: string, nowMs: number): Promise<number>
  /** Frees what the store holds, if anything. */
  close?(): Promise<void>
}
