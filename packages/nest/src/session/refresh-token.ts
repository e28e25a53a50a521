import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import type { ProtectedRequest } from '@sallyport/core'
import { createStamp } from '@sallyport/core/adapter'
import { httpRequestOf, rawRequestOf } from '../http-context.ts'

interface Brought {
  readonly refreshToken: string | undefined
}

const refreshTokens = createStamp<Brought>()

export function recordRefreshToken(request: ProtectedRequest, refreshToken: string | undefined): void {
  refreshTokens.write(request, { refreshToken })
}

/**
 * The refresh token of the request's cookie as a parameter, as it came; for handlers with `@Refresh()`, where it is a
 * string, or `@Logout()`, where it is `undefined` when the browser brought none.
 *
 * @throws Error in other handlers: a mistake in the application, answered with 500
 *
 * @example
 * ```ts
 * @Post('refresh') @Refresh() refresh(@RefreshToken() token: string) {
 *   return this.sessions.renew(token)
 * }
 * ```
 */
export const RefreshToken: () => ParameterDecorator = createParamDecorator(
  (_: undefined, context: ExecutionContext) => {
    const brought = refreshTokens.read(rawRequestOf(httpRequestOf(context)))
    if (brought === undefined) throw new Error('@RefreshToken() is for handlers with @Refresh() or @Logout()')
    return brought.refreshToken
  },
)
