import {
  type CallHandler,
  type ExecutionContext,
  HttpException,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { Verifier } from '@sallyport/core'
import {
  answerLogout,
  type BrowserCookies,
  browserCookiesOf,
  broughtTokens,
  checkLogoutAnswer,
} from '@sallyport/core/adapter'
import { appendCookies } from '../http-context.ts'
import { VERIFIER } from '../tokens.ts'
import { answerWith, type Exchange, openExchange, refusing } from './exchange.ts'
import { continueWith, type HandlerStream } from './handler-result.ts'
import { LOGOUT_ANSWER } from './metadata.ts'
import { recordRefreshToken } from './refresh-token.ts'

/** Takes the cookies away when a handler with `@Logout()` is done, or has failed. */
@Injectable()
export class LogoutInterceptor implements NestInterceptor {
  readonly #cookies: BrowserCookies

  /** @throws ConfigurationError without a cookie among the options of the module */
  constructor(@Inject(VERIFIER) verifier: Verifier) {
    this.#cookies = browserCookiesOf(verifier)
  }

  intercept(context: ExecutionContext, next: CallHandler): HandlerStream {
    const exchange = openExchange(context, this.#cookies)
    const answer = new Reflector().get<ReturnType<typeof checkLogoutAnswer>>(LOGOUT_ANSWER, context.getHandler())
    const { request } = exchange
    const { refreshToken } = refusing(exchange, () => broughtTokens(this.#cookies, request))
    recordRefreshToken(request, refreshToken)
    return continueWith(next.handle(), async (given) => {
      await this.#passOwnOn(exchange, given)
      return answerWith(
        exchange,
        answerLogout(this.#cookies, answer, () => given),
      )
    })
  }

  /** An exception of Nest is an answer of the application's own; the browser forgets its tokens all the same. */
  async #passOwnOn({ response }: Exchange, given: Promise<unknown>): Promise<void> {
    try {
      await given
    } catch (error) {
      if (!(error instanceof HttpException)) return
      appendCookies(response, this.#cookies.clear())
      throw error
    }
  }
}
