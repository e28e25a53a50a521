import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common'
import { AccessTokenError } from '@sallyport/core'
import {
  andThen,
  authenticationOf,
  type Awaitable,
  type Gate,
  isPromise,
  showAuthentication,
} from '@sallyport/core/adapter'
import { type Demand, demandOf } from './demand.ts'
import { exceptionFor } from './exceptions.ts'
import { httpRequestOf, type HttpRequest, rawRequestOf } from './http-context.ts'
import { hasPassed, passAt, recordPass } from './passes.ts'
import { GATE } from './tokens.ts'

/**
 * Lets only requests with a genuine access token pass, and asks for what the decorators of the handler and its
 * controller require. For a controller (`@UseGuards(AccessTokenGuard)`), a route, or everything (`APP_GUARD`); where it
 * stands several times, a token is verified once.
 *
 * @throws UnauthorizedException, BadRequestException, ForbiddenException, ServiceUnavailableException, whose `cause`
 *   is the AccessTokenError, and whose status and challenge stand on the response already
 * @throws Error in a context other than HTTP (RPC, WebSocket, GraphQL), which is not supported yet (POLICY-7)
 *
 * @example
 * ```ts
 * providers: [{ provide: APP_GUARD, useClass: AccessTokenGuard }]
 * ```
 */
@Injectable()
export class AccessTokenGuard implements CanActivate {
  readonly #gate: Gate

  constructor(@Inject(GATE) gate: Gate) {
    this.#gate = gate
  }

  /** Answers at once where nothing has to be waited for. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const demand = demandOf(context)
    if (demand === 'public') return true
    const request = httpRequestOf(context)
    const raw = rawRequestOf(request)
    const pass = passAt(this.#gate, context)
    if (hasPassed(raw, pass)) return true
    const letPass = () => {
      recordPass(raw, pass)
      return true
    }
    const refuse = (error: unknown): never => {
      throw error instanceof AccessTokenError ? exceptionFor(error, raw, pass.response) : error
    }
    let met
    try {
      met = this.#admit(request, demand)
    } catch (error) {
      return refuse(error)
    }
    return isPromise(met) ? met.then(letPass, refuse) : letPass()
  }

  #admit(request: HttpRequest, { isOptional, policies }: Demand): Awaitable<void> {
    const raw = rawRequestOf(request)
    return andThen(isOptional ? this.#gate.admitOptional(raw) : this.#gate.admit(raw), (auth) => {
      showAuthentication(request, auth)
      return policies.reduce<Awaitable<void>>(
        (met, policy) => andThen(met, () => policy.require(authenticationOf(raw), request)),
        undefined,
      )
    })
  }
}
