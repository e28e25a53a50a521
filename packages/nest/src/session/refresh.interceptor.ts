import {
  type CallHandler,
  type ExecutionContext,
  HttpException,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common'
import type { Verifier } from '@sallyport/core'
import { answerRefresh, type BrowserCookies, requireRefreshToken, refreshCookiesOf } from '@sallyport/core/adapter'
import { VERIFIER } from '../tokens.ts'
import { answerWith, openExchange, refusing } from './exchange.ts'
import { continueWith, type HandlerStream } from './handler-result.ts'
import { recordRefreshToken } from './refresh-token.ts'

/** Sets the cookies of the tokens that a handler with `@Refresh()` gives, or takes those away that are there. */
@Injectable()
export class RefreshInterceptor implements NestInterceptor {
  readonly #cookies: BrowserCookies

  /** @throws ConfigurationError without a refresh cookie among the options of the module */
  constructor(@Inject(VERIFIER) verifier: Verifier) {
    this.#cookies = refreshCookiesOf(verifier)
  }

  intercept(context: ExecutionContext, next: CallHandler): HandlerStream {
    const exchange = openExchange(context, this.#cookies)
    const { request } = exchange
    recordRefreshToken(
      request,
      refusing(exchange, () => requireRefreshToken(this.#cookies, request)),
    )
    return continueWith(next.handle(), (given) => answerWith(exchange, this.#answer(given)))
  }

  /** An exception of Nest, as a pipe throws it too, is an answer of the application's own. */
  async #answer(given: Promise<unknown>) {
    const own = await given.then(
      () => undefined,
      (error: unknown) => (error instanceof HttpException ? error : undefined),
    )
    if (own !== undefined) throw own
    return answerRefresh(this.#cookies, () => given)
  }
}
