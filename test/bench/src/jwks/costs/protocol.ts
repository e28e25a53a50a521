/** What a look-up of a known key costs, in nanoseconds on the processors, round by round. */
export interface LookUpCost {
  /** `find`, as a verifier asks. */
  readonly find: readonly number[]
  /** A call of the function that jose is given, awaited. */
  readonly getKey: readonly number[]
  /** The same of jose's own remote set. */
  readonly joseGetKey: readonly number[]
}

/** Growth of the heap over what it was before the first unknown key id, each after a full collection. */
export interface FloodMemory {
  readonly keyIds: number
  /** Along the way, with the requests that wait then. */
  readonly growthBytes: readonly number[]
  readonly bytesAfterwards: number
  readonly fetches: number
}

export type CostName = 'lookUp' | 'memory'

export type CostAnswer =
  | { readonly type: 'lookUp'; readonly result: LookUpCost }
  | { readonly type: 'memory'; readonly result: Omit<FloodMemory, 'fetches'> }
  | { readonly type: 'failed'; readonly message: string }

export interface CostRequest {
  readonly cost: CostName
  readonly jwksUri: string
  readonly kids: readonly string[]
}
