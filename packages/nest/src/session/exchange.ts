import { type ExecutionContext, MethodNotAllowedException } from '@nestjs/common'
import type { ProtectedRequest } from '@sallyport/core'
import { AccessTokenError } from '@sallyport/core'
import type { BrowserAnswer, BrowserCookies } from '@sallyport/core/adapter'
import { exceptionFor } from '../exceptions.ts'
import { appendCookies, httpRequestOf, type HttpResponse, rawRequestOf } from '../http-context.ts'

/** A request of a browser about its session, and the response to it. */
export interface Exchange {
  readonly request: ProtectedRequest
  readonly response: HttpResponse
}

/**
 * Only POST from our own pages is for the handler.
 *
 * @throws MethodNotAllowedException
 * @throws ForbiddenException `cross_site_request`
 */
export function openExchange(context: ExecutionContext, cookies: BrowserCookies): Exchange {
  const request = rawRequestOf(httpRequestOf(context))
  const exchange = { request, response: context.switchToHttp().getResponse<HttpResponse>() }
  if (request.method !== 'POST') {
    exchange.response.header('allow', 'POST')
    throw new MethodNotAllowedException('Only POST is answered here')
  }
  refusing(exchange, () => cookies.requireOwnPage(request))
  return exchange
}

/** Refusals as the exceptions that Nest has for them. */
export function refusing<T>({ request, response }: Exchange, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof AccessTokenError ? exceptionFor(error, request, response) : error
  }
}

/** @returns the body, which Nest sends */
export async function answerWith(exchange: Exchange, answering: Promise<BrowserAnswer>): Promise<unknown> {
  const { status, headers, cookies, body } = await answering.catch((error) => refusing(exchange, () => rethrow(error)))
  const { response } = exchange
  response.status(status)
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
  appendCookies(response, cookies)
  return body
}

function rethrow(error: unknown): never {
  throw error
}
