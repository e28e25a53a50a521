/** One thing that Sallyport promises, and a test has to prove. */
export interface Requirement {
  /** As test names cite it: `JWE-2`. Never used again for something else. */
  readonly id: string
  /** What is promised, in one sentence. */
  readonly title: string
  /** Where it comes from: sections of standards, CVEs, or `own rule`. */
  readonly sources: readonly string[]
  /** Why it cannot be tested yet: what it is about does not exist. `undefined`: it has to be tested now. */
  readonly later: string | undefined
}

/** A requirement about what exists. */
export function now(id: string, sources: readonly string[], title: string): Requirement {
  return { id, sources, title, later: undefined }
}

/** Makes requirements about what does not exist yet. */
export function later(reason: string) {
  return (id: string, sources: readonly string[], title: string): Requirement => ({ id, sources, title, later: reason })
}

/** What the requirements that are no standard's come from. */
export const ownRule = ['own rule'] as const
