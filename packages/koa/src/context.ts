import type { IncomingMessage, ServerResponse } from 'node:http'

/** What is needed of Koa's context. */
export interface KoaContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly state: object
  readonly app: { readonly context: object; emit(event: 'error', error: unknown, ctx: unknown): boolean }
  status: number
  body: unknown
  set(headers: Record<string, string | string[]>): void
  onerror(error: Error | null): void
}
