import type { IncomingMessage, ServerResponse } from 'node:http'
import { RefreshTokenError } from '../refresh/index.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import { basicChallenge } from './clients/index.ts'
import { TokenRequestError } from './token-request-error.ts'

/** A response, before it is written. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** As JSON; without it the response is empty. */
  readonly body?: Readonly<Record<string, unknown>>
}

export const methodNotAllowed: Answer = {
  status: 405,
  headers: { allow: 'POST' },
  body: { error: 'invalid_request', error_description: 'The request has to be a POST' },
}

/** Makes a response of an error (RFC 6749 §5.2). Nothing of the request, nor of a fault, is in it. */
export function answerOf(error: unknown, hasAuthorization: boolean): Answer {
  if (error instanceof TokenRequestError || error instanceof RefreshTokenError) {
    const body = { error: error.error, error_description: error.message }
    // With a challenge, as RFC 9110 §15.5.2 wants it; who did not try HTTP authentication gets a 400.
    const isChallenge = error.error === 'invalid_client' && hasAuthorization
    return isChallenge
      ? { status: 401, headers: { 'www-authenticate': basicChallenge }, body }
      : { status: error.status, body }
  }
  if (statusOf(error) === 503) {
    const seconds = error instanceof StoreUnavailableError ? error.retryAfterSeconds : 5
    const description = 'The request cannot be answered at the moment'
    return {
      status: 503,
      headers: { 'retry-after': String(seconds) },
      body: { error: 'temporarily_unavailable', error_description: description },
    }
  }
  return { status: 500, body: { error: 'server_error', error_description: 'The request could not be answered' } }
}

export function statusOf(error: unknown): 500 | 503 {
  return (error as { readonly status?: unknown } | undefined)?.status === 503 ? 503 : 500
}

/** RFC 6749 §5.1: never cached. */
export function writeAnswer(req: IncomingMessage, res: ServerResponse, { status, headers, body }: Answer): void {
  if (res.headersSent || res.destroyed) return
  const text = body === undefined ? '' : JSON.stringify(body)
  res.writeHead(status, {
    ...headers,
    'cache-control': 'no-store',
    pragma: 'no-cache',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    'content-length': Buffer.byteLength(text),
    // What is left of a request that was refused early is nobody's to read.
    ...(!req.readableEnded && { connection: 'close' }),
  })
  res.end(text)
}
