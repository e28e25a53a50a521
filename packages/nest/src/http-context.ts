import type { IncomingMessage } from 'node:http'
import type { ExecutionContext } from '@nestjs/common'

/** A request of Nest's Express platform, or of its Fastify platform, which keeps Node's own at `raw`. */
export type HttpRequest = IncomingMessage | { readonly raw: IncomingMessage }

/** What is needed of a response; Express and Fastify call it the same. */
export interface HttpResponse {
  header(name: string, value: string): unknown
}

/** @throws Error in any other context: there is no telling what would carry a credential there (POLICY-7) */
export function httpRequestOf(context: ExecutionContext): HttpRequest {
  const type: string = context.getType()
  if (type === 'http') return context.switchToHttp().getRequest<HttpRequest>()
  throw new Error(`AccessTokenGuard protects HTTP handlers only: it refuses the ${type} context of this handler`)
}

/** Node's own request. */
export function rawRequestOf(request: HttpRequest): IncomingMessage {
  return 'raw' in request ? request.raw : request
}
