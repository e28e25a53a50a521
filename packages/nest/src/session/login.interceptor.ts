import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { Verifier } from '@sallyport/core'
import { answerLogin, type BrowserCookies, browserCookiesOf } from '@sallyport/core/adapter'
import { VERIFIER } from '../tokens.ts'
import { answerWith, openExchange } from './exchange.ts'
import { continueWith, type HandlerStream } from './handler-result.ts'
import { LOGIN_PATH } from './metadata.ts'

/** Sets the cookies of the tokens that a handler with `@Login()` gives. */
@Injectable()
export class LoginInterceptor implements NestInterceptor {
  readonly #cookies: BrowserCookies

  /** @throws ConfigurationError without a cookie among the options of the module */
  constructor(@Inject(VERIFIER) verifier: Verifier) {
    this.#cookies = browserCookiesOf(verifier)
  }

  intercept(context: ExecutionContext, next: CallHandler): HandlerStream {
    const exchange = openExchange(context, this.#cookies)
    const location = new Reflector().get<string | undefined>(LOGIN_PATH, context.getHandler())
    return continueWith(next.handle(), (given) =>
      answerWith(
        exchange,
        answerLogin(this.#cookies, location, () => given),
      ),
    )
  }
}
