import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type BrowserAnswer,
  type BrowserHandler,
  createLogin,
  createLogout,
  createRefresh,
  type LoginOptions,
  type LogoutOptions,
  type RefreshOptions,
} from '@sallyport/core/adapter'
import type { Middleware } from './middleware.ts'
import { asError, refuse } from './refuse.ts'

/**
 * Logs a browser in: sets the cookie of the access token, and of the refresh token where there is one. For POST from our
 * own pages; answers 200 with `{ "expires_in": … }`, or 303.
 *
 * What is refused goes to `next(error)` as an `AccessTokenError`: `login_refused` (401), `cross_site_request` (403). A
 * token that fits into no cookie is a `CookieError`.
 *
 * @typeParam Request - the type of the callback's request; give it Express's, as in the example
 * @throws ConfigurationError
 *
 * @example
 * ```ts
 * app.post('/login', express.json(), login({ cookie: '__Host-at', authenticate: (req: Request) => signIn(req.body) }))
 * ```
 */
export function login<Request extends IncomingMessage = IncomingMessage>(
  options: LoginOptions<Request>,
): Middleware<Request> {
  return answerWith(createLogin(options))
}

/**
 * Renews a session by the refresh token of its cookie. For POST from our own pages; answers 200 with
 * `{ "expires_in": … }`. When the session has ended, the cookies are taken away: 401 `session_ended`. When it cannot be
 * renewed at the moment, they stay: 503 `session_unavailable`.
 *
 * @throws ConfigurationError
 */
export function refresh<Request extends IncomingMessage = IncomingMessage>(
  options: RefreshOptions<Request>,
): Middleware<Request> {
  return answerWith(createRefresh(options))
}

/**
 * Logs a browser out: takes the cookies away, whether their tokens are still valid or not. For POST from our own pages;
 * answers 204, or 303.
 *
 * An access token stays valid until it expires, unless something revokes it: keep its lifetime short.
 *
 * @throws ConfigurationError
 */
export function logout<Request extends IncomingMessage = IncomingMessage>(
  options: LogoutOptions<Request>,
): Middleware<Request> {
  return answerWith(createLogout(options))
}

function answerWith<Request extends IncomingMessage>(handle: BrowserHandler<Request>): Middleware<Request> {
  const middleware: Middleware<Request> = (request, response, next) => {
    handle(request, request)
      .then(
        (answer) => write(answer, response),
        (error) => refuse(error, { request, response, next, middleware }),
      )
      .catch((error) => next(asError(error)))
  }
  return middleware
}

function write({ status, headers, cookies, body }: BrowserAnswer, response: ServerResponse): void {
  // The client is gone, or the application has answered by itself.
  if (response.headersSent) return
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  for (const cookie of cookies) response.appendHeader('set-cookie', cookie)
  if (body === undefined) {
    response.end()
    return
  }
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(body))
}
