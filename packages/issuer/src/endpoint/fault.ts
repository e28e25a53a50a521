/**
 * An error without what it says: messages and members of others' errors may have the request in them, and a token with
 * it.
 */
export interface FaultSummary {
  /** Name of its class. */
  readonly name: string
  /** As `ECONNREFUSED`, where it has one. */
  readonly code?: string | undefined
  /** What caused it, in the same way. */
  readonly cause?: FaultSummary | undefined
}

const maxDepth = 4
const nameForm = /^[A-Za-z_][\w.-]{0,63}$/

/** What may be told of an error. */
export function summaryOf(error: unknown, depth = 1): FaultSummary {
  if (!(error instanceof Error)) return { name: typeof error }
  const { cause } = error
  const code = nameOrUndefined((error as { readonly code?: unknown }).code)
  return {
    name: nameOrUndefined(error.name) ?? 'Error',
    ...(code !== undefined && { code }),
    ...(cause !== undefined && depth < maxDepth && { cause: summaryOf(cause, depth + 1) }),
  }
}

function nameOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' && nameForm.test(value) ? value : undefined
}
