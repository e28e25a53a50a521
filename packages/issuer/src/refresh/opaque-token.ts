import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * A refresh token is base64url of 16 random bytes, which all tokens of a family share, and 32 random bytes of its own.
 * The first part finds the family's record, also for a token that was used long ago, so that reuse is recognised without
 * remembering every token. Who knows the first part holds, or held, a token of the family.
 */
const selectorBytes = 16
const secretBytes = 32
const tokenForm = /^[A-Za-z0-9_-]{64}$/

/** A token as it was presented: where its family is, and what it is compared by. */
export interface PresentedToken {
  readonly text: string
  readonly familyId: string
  readonly hash: string
}

export function makeFirstToken(): PresentedToken {
  return presentedOf(Buffer.concat([randomBytes(selectorBytes), randomBytes(secretBytes)]))
}

/** A new token of the same family. */
export function makeSuccessor(token: PresentedToken): PresentedToken {
  const selector = Buffer.from(token.text, 'base64url').subarray(0, selectorBytes)
  return presentedOf(Buffer.concat([selector, randomBytes(secretBytes)]))
}

/** `undefined` for what cannot be a token of ours. */
export function readToken(text: unknown): PresentedToken | undefined {
  if (typeof text !== 'string' || !tokenForm.test(text)) return undefined
  return presentedOf(Buffer.from(text, 'base64url'))
}

/** Compares two hashes in constant time. */
export function isSameHash(one: string | undefined, other: string): boolean {
  if (one?.length !== other.length) return false
  return timingSafeEqual(Buffer.from(one), Buffer.from(other))
}

function presentedOf(bytes: Buffer): PresentedToken {
  return { text: bytes.toString('base64url'), familyId: hash(bytes.subarray(0, selectorBytes)), hash: hash(bytes) }
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}
