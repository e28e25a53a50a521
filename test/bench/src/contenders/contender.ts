import type { Situation } from '../situation.ts'

/** Something that verifies access tokens, set up for one situation. */
export interface Contender {
  /** Throws, or rejects, when the token is refused. */
  readonly verify: (token: string) => unknown
  /** The `sub` in what `verify` gave, so that a check can tell whether the token was read at all. */
  readonly subjectOf: (result: unknown) => unknown
}

/** What each file of a contender exports as `create`; `undefined` where it has no such algorithm. */
export type CreateContender = (situation: Situation) => Promise<Contender | undefined>

/** The `sub` of a claims set. */
export function subjectOfClaims(claims: unknown): unknown {
  return (claims as { readonly sub?: unknown }).sub
}
