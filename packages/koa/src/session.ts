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
import type { KoaContext } from './context.ts'
import type { ContextMiddleware } from './middleware.ts'
import { refuse } from './refuse.ts'

/**
 * Logs a browser in: sets the cookie of the access token, and of the refresh token where there is one. For POST from our
 * own pages; answers 200 with `{ "expires_in": … }`, or 303.
 *
 * What is refused throws an `AccessTokenError`: `login_refused` (401), `cross_site_request` (403). A token that fits into
 * no cookie is a `CookieError`.
 *
 * @typeParam Context - the type of the callback's context: give it your router's, as in the example
 * @throws ConfigurationError
 *
 * @example
 * ```ts
 * router.post('/login', bodyParser(), login({ cookie: '__Host-at', authenticate: (ctx: RouterContext) => signIn(ctx) }))
 * ```
 */
export function login<Context extends KoaContext = KoaContext>(
  options: LoginOptions<Context>,
): ContextMiddleware<Context> {
  return answerWith(createLogin(options))
}

/**
 * Renews a session by the refresh token of its cookie. For POST from our own pages; answers 200 with
 * `{ "expires_in": … }`. When the session has ended, the cookies are taken away: 401 `session_ended`. When it cannot be
 * renewed at the moment, they stay: 503 `session_unavailable`.
 *
 * @throws ConfigurationError
 */
export function refresh<Context extends KoaContext = KoaContext>(
  options: RefreshOptions<Context>,
): ContextMiddleware<Context> {
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
export function logout<Context extends KoaContext = KoaContext>(
  options: LogoutOptions<Context>,
): ContextMiddleware<Context> {
  return answerWith(createLogout(options))
}

function answerWith<Context extends KoaContext>(handle: BrowserHandler<Context>): ContextMiddleware<Context> {
  return async (ctx) => {
    let answer
    try {
      answer = await handle(ctx.req, ctx)
    } catch (error) {
      throw refuse(ctx, error)
    }
    write(answer, ctx)
  }
}

function write({ status, headers, cookies, body }: BrowserAnswer, ctx: KoaContext): void {
  // The client is gone, or the application has answered by itself.
  if (ctx.res.headersSent) return
  ctx.set({ ...headers })
  for (const cookie of cookies) ctx.res.appendHeader('set-cookie', cookie)
  // A body sets the status by itself, so the status comes last.
  ctx.body = body ?? null
  ctx.status = status
}
