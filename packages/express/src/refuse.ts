import type { IncomingMessage, ServerResponse } from 'node:http'
import { AccessTokenError } from '@sallyport/core'
import { answerTo } from '@sallyport/core/adapter'
import { hasErrorHandler } from './error-handlers.ts'

/**
 * Ends a request in Express's own way: the application's error handler decides about the body, while status and
 * challenge stand already. Express's built-in handler would answer with an HTML page, so without a handler of the
 * application the answer is written here.
 */
export function refuse(
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: (error: unknown) => void,
): void {
  if (!(error instanceof AccessTokenError)) {
    next(error)
    return
  }
  const { status, headers, body } = answerTo(request, error)
  if (response.headersSent) {
    next(error)
    return
  }
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (hasErrorHandler(request)) {
    next(error)
    return
  }
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(body))
}
