import type { Situation } from '../situation.ts'
import type { ProfileResult } from '../results.ts'

/** What the profiled process is asked. */
export interface ProfileRequest {
  readonly situation: Situation
  readonly tokens: readonly string[]
  readonly milliseconds: number
}

export type ProfileAnswer =
  | ({ readonly type: 'profile' } & Pick<ProfileResult, 'microseconds' | 'stages'>)
  | { readonly type: 'failed'; readonly message: string }
