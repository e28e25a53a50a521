/** What the process whose memory is looked at is asked. */
export interface MemoryRequest {
  readonly name: string
  /** Of each kind. */
  readonly tokens: number
  /** Further members of a token's claims, to make it larger. */
  readonly roles: number
}

export type MemoryAnswer =
  | {
      readonly type: 'memory'
      readonly tokenBytes: number
      /** Of valid tokens, then of invalid ones, along the way. */
      readonly valid: readonly number[]
      readonly invalid: readonly number[]
    }
  | { readonly type: 'failed'; readonly message: string }
