import type { IncomingMessage, ServerResponse } from 'node:http'
import { AccessTokenError } from '@sallyport/core'
import { answerTo } from '@sallyport/core/adapter'

/** What is needed of Koa's context. */
export interface KoaContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly state: object
  readonly app: { readonly context: object; emit(event: 'error', error: unknown, ctx: unknown): boolean }
  status: number
  set(headers: Record<string, string>): void
  onerror(error: Error | null): void
}

/**
 * Makes the context ready for an error to be thrown: status and challenge stand already when a middleware of the
 * application catches it, and where none does, Koa's own error handling answers with our JSON.
 *
 * @returns the error to throw
 */
export function refuse(ctx: KoaContext, error: unknown): unknown {
  if (!(error instanceof AccessTokenError) || ctx.res.headersSent) return error
  const { status, headers, body } = answerTo(ctx.req, error)
  ctx.status = status
  ctx.set({ ...headers })
  // Koa's handler sends the message as plain text. One that the application has put in its place stays.
  if (!Object.hasOwn(ctx.app.context, 'onerror')) answerAsJson(ctx, error, JSON.stringify(body))
  return error
}

function answerAsJson(ctx: KoaContext, refusal: AccessTokenError, body: string): void {
  const inherited = ctx.onerror.bind(ctx)
  ctx.onerror = (error) => {
    const { res } = ctx
    if (error !== refusal || res.headersSent || res.writableEnded) {
      inherited(error)
      return
    }
    ctx.app.emit('error', error, ctx)
    // As Koa does: what was meant for a successful response goes, what the error asks for comes.
    for (const name of res.getHeaderNames()) res.removeHeader(name)
    ctx.status = refusal.status
    ctx.set({ ...refusal.headers, 'content-type': 'application/json; charset=utf-8' })
    res.end(body)
  }
}
