import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common'
import { AccessTokenError } from '@sallyport/core'
import { authenticationOf, type Gate } from '@sallyport/core/adapter'
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

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const demand = demandOf(context)
    if (demand === 'public') return true
    const request = httpRequestOf(context)
    const raw = rawRequestOf(request)
    const pass = passAt(this.#gate, context)
    if (hasPassed(raw, pass)) return true
    try {
      await this.#admit(request, demand)
    } catch (error) {
      if (!(error instanceof AccessTokenError)) throw error
      throw exceptionFor(error, raw, pass.response)
    }
    recordPass(raw, pass)
    return true
  }

  async #admit(request: HttpRequest, { isOptional, policies }: Demand): Promise<void> {
    const raw = rawRequestOf(request)
    const auth = await (isOptional ? this.#gate.admitOptional(raw) : this.#gate.admit(raw))
    if (auth !== undefined) Object.assign(request, { auth })
    for (const policy of policies) await policy.require(authenticationOf(raw), request)
  }
}
