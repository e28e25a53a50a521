import type { JwksFailureReason } from './events.ts'

/** What went wrong while keys were fetched; becomes a `refreshFailed` event. */
export class FetchFault extends Error {
  readonly reason: JwksFailureReason
  readonly status: number | undefined
  readonly retryAfterMs: number
  readonly hint: 'trailing_slash' | undefined

  constructor(
    reason: JwksFailureReason,
    message: string,
    more: { status?: number; retryAfterMs?: number; hint?: 'trailing_slash' | undefined } = {},
  ) {
    super(message)
    this.reason = reason
    this.status = more.status
    this.retryAfterMs = more.retryAfterMs ?? 0
    this.hint = more.hint
  }
}

/** Any other error is one of the network; its code says more than its message, which may name internal addresses. */
export function asFetchFault(error: unknown): FetchFault {
  if (error instanceof FetchFault) return error
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return new FetchFault('network', code ?? (error instanceof Error ? error.name : 'unknown error'))
}
