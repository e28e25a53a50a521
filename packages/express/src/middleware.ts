import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Awaitable, isPromise } from '@sallyport/core/adapter'
import { asError, refuse } from './refuse.ts'

/**
 * A middleware of Express 4 or 5, in Node's own types, so that it needs neither version's.
 *
 * @typeParam Request - what it needs of the request
 */
export type Middleware<Request extends IncomingMessage = IncomingMessage> = (
  request: Request,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/** Makes a middleware that lets a request pass when `demand` returns or resolves, and refuses it when that throws. */
export function createMiddleware<Request extends IncomingMessage>(
  demand: (request: Request) => Awaitable<void>,
): Middleware<Request> {
  const middleware: Middleware<Request> = (request, response, next) => {
    let met
    try {
      met = demand(request)
    } catch (error) {
      refuse(error, { request, response, next, middleware })
      return
    }
    if (isPromise(met)) {
      // Also where it is a promise of another library.
      Promise.resolve(met)
        .then(
          () => next(),
          (error) => refuse(error, { request, response, next, middleware }),
        )
        .catch((error) => next(asError(error)))
    } else next()
  }
  return middleware
}
