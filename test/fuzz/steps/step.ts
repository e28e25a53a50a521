import type { Random } from '../random.ts'
import type { JsonDraft } from '../token/json-draft.ts'
import type { TokenDraft } from '../token/token-draft.ts'

/** What a step may look at. */
export interface Situation {
  readonly random: Random
  /** The time of the verdict, in seconds since the epoch. */
  readonly now: number
}

/** Changes a draft before it is signed and encrypted: the signature is good for what the step made. */
export type DraftStep = (draft: TokenDraft, situation: Situation) => void

/** Changes a token that is made already. */
export type TextStep = (token: string, situation: Situation & { readonly other: () => string }) => string

/** The header of one layer, or of the only one. */
export function someHeader({ signed, envelope }: TokenDraft, random: Random): JsonDraft {
  return envelope !== undefined && random.chance(0.5) ? envelope.header : signed.header
}

/** Any of the JSON texts of a token. */
export function someJson(draft: TokenDraft, random: Random): JsonDraft {
  return random.chance(0.3) ? draft.signed.payload : someHeader(draft, random)
}
