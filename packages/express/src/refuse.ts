import { type IncomingMessage, ServerResponse } from 'node:http'
import { AccessTokenError } from '@sallyport/core'
import { answerTo } from '@sallyport/core/adapter'
import { reachesErrorHandler } from './error-handlers.ts'

/** A request at one of our middlewares. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly next: (error: unknown) => void
  readonly middleware: unknown
}

/**
 * Ends a request in Express's own way: the application's error handler decides about the body, while status and
 * challenge stand already. Express's built-in handler would answer with an HTML page, so where no handler of the
 * application is reached the answer is written here.
 */
export function refuse(error: unknown, { request, response, next, middleware }: Exchange): void {
  if (!(error instanceof AccessTokenError)) {
    next(asError(error))
    return
  }
  const { status, headers, cookies, body } = answerTo(request, error)
  if (response.headersSent) {
    next(error)
    return
  }
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  for (const cookie of cookies) response.appendHeader('set-cookie', cookie)
  if (reachesErrorHandler(request, middleware)) {
    next(error)
    return
  }
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(body))
}

/**
 * For an error that a handler throws, and may catch: the response stays what it is. Only the challenge stands already,
 * which any response may have where a credential would change it (RFC 9110 §11.6.1).
 */
export function offerChallenge(error: unknown, request: IncomingMessage): void {
  if (!(error instanceof AccessTokenError)) return
  const { 'www-authenticate': challenge } = answerTo(request, error).headers
  if (challenge === undefined || !('res' in request) || !(request.res instanceof ServerResponse)) return
  if (!request.res.headersSent) request.res.setHeader('www-authenticate', challenge)
}

/**
 * What may be given to `next`. Whatever a predicate throws refuses the request (POLICY-4), but for Express `undefined`
 * is no error at all, and 'route' and 'router' are ways to go on.
 */
export function asError(thrown: unknown): object {
  if (typeof thrown === 'object' && thrown !== null) return thrown
  return new Error('Something that is no error was thrown where a request is authorized', { cause: thrown })
}
