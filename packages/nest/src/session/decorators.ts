import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common'
import { checkLogoutAnswer, checkRedirect, type LogoutOptions } from '@sallyport/core/adapter'
import { Public } from '../decorators.ts'
import { LoginInterceptor } from './login.interceptor.ts'
import { LogoutInterceptor } from './logout.interceptor.ts'
import { LOGIN_PATH, LOGOUT_ANSWER } from './metadata.ts'
import { RefreshInterceptor } from './refresh.interceptor.ts'

/** What `@Login()` takes. */
export interface LoginDecoratorOptions {
  /** Path of the same origin that a form leads to. Default: 200 with `{ "expires_in": … }`. */
  readonly redirectTo?: string | undefined
}

/** What `@Logout()` takes. */
export type LogoutDecoratorOptions = Pick<LogoutOptions<unknown>, 'redirectTo' | 'clearSiteData'>

/**
 * Logs a browser in: sets the cookies of the tokens that the handler gives ({@link BrowserTokens}), or refuses with
 * `login_refused` (401) when it gives `undefined`. For POST from our own pages, without an access token.
 *
 * The cookies are those of the module's option `cookie`; a token that fits into none is a `CookieError`, which is 500.
 *
 * @throws ConfigurationError when `redirectTo` is no path of the same origin
 *
 * @example
 * ```ts
 * @Post('login') @Login() logIn(@Body() credentials: Credentials): Promise<BrowserTokens | undefined> {
 *   return this.users.signIn(credentials)
 * }
 * ```
 */
export function Login({ redirectTo }: LoginDecoratorOptions = {}): MethodDecorator {
  return applyDecorators(
    Public(),
    SetMetadata(LOGIN_PATH, checkRedirect(redirectTo)),
    UseInterceptors(LoginInterceptor),
  )
}

/**
 * Renews a session: the handler gives new tokens for the refresh token (`@RefreshToken()`). The session has ended when it
 * gives `undefined`, or throws an error whose `error` is `invalid_grant` (RFC 6749 §5.2): the cookies are taken away, 401
 * `session_ended`. An HttpException is passed on; whatever else it throws is a fault: 503, and the cookies stay.
 */
export function Refresh(): MethodDecorator {
  return applyDecorators(Public(), UseInterceptors(RefreshInterceptor))
}

/**
 * Logs a browser out: the handler revokes what is to be revoked, then the cookies are taken away, whether it has failed or
 * not and whether their tokens are still valid or not.
 *
 * An access token stays valid until it expires, unless something revokes it: keep its lifetime short.
 *
 * @throws ConfigurationError
 */
export function Logout(options: LogoutDecoratorOptions = {}): MethodDecorator {
  return applyDecorators(
    Public(),
    SetMetadata(LOGOUT_ANSWER, checkLogoutAnswer(options)),
    UseInterceptors(LogoutInterceptor),
  )
}
