import type { ExecutionContext } from '@nestjs/common'
import type { ProtectedRequest } from '@sallyport/core'

/** A request of Nest's Express platform, or of its Fastify platform, which keeps Node's own at `raw`. */
export type HttpRequest = ProtectedRequest | { readonly raw: ProtectedRequest }

/** What is needed of a response; Express and Fastify, which keeps Node's own at `raw`, call it the same. */
export interface HttpResponse {
  readonly headersSent?: boolean
  readonly raw?: { readonly headersSent: boolean }
  header(name: string, value: string): unknown
  /** Express alone has it. */
  append?(name: string, value: string): unknown
  status(status: number): unknown
}

/** Adds to the cookies that are there; Fastify does so by itself for this one field. */
export function appendCookies(response: HttpResponse, cookies: readonly string[]): void {
  for (const cookie of cookies) {
    if (response.append === undefined) response.header('set-cookie', cookie)
    else response.append('set-cookie', cookie)
  }
}

/** @throws Error in any other context: there is no telling what would carry a credential there (POLICY-7) */
export function httpRequestOf(context: ExecutionContext): HttpRequest {
  const type: string = context.getType()
  // What calls handlers by itself, queues and command lines for instance, may call its context "http" too.
  const request: unknown = type === 'http' ? context.switchToHttp().getRequest() : undefined
  if (isHttpRequest(request)) return request
  throw new Error(`Only handlers of HTTP requests can be protected: this one was called in the context "${type}"`)
}

/** Node's own request. It comes first, should an application have put something at the `raw` of it. */
export function rawRequestOf(request: HttpRequest): ProtectedRequest {
  return 'rawHeaders' in request ? request : request.raw
}

function isHttpRequest(value: unknown): value is HttpRequest {
  return isNodeRequest(value) || (isObject(value) && 'raw' in value && isNodeRequest(value.raw))
}

function isNodeRequest(value: unknown): value is ProtectedRequest {
  return isObject(value) && 'rawHeaders' in value && Array.isArray(value.rawHeaders)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
