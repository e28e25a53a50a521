import type { AccessTokenError } from '@sallyport/core'
import type { KoaContext } from './context.ts'

interface Refusal {
  readonly error: AccessTokenError
  readonly body: object
}

/** As Koa reads errors. */
interface ErrorWithHeaders extends Error {
  readonly status?: unknown
  headers?: Readonly<Record<string, string | string[]>> | undefined
}

/** The last refusal of each request. */
const refusals = new WeakMap<KoaContext, Refusal>()

/** Koa's own handler takes all headers away, and sends the message as plain text: this one comes before it. */
export function handleLater(ctx: KoaContext, refusal: Refusal): void {
  const isFirst = !refusals.has(ctx)
  refusals.set(ctx, refusal)
  if (!isFirst) return
  const inherited = ctx.onerror
  const koas = (Object.getPrototypeOf(ctx.app.context) as { readonly onerror?: unknown } | null)?.onerror
  ctx.onerror = (error) => {
    const last = refusals.get(ctx) ?? refusal
    // A handler that the application has put in the place of Koa's answers itself.
    const isOurs = error === last.error && inherited === koas && !ctx.res.headersSent
    if (isOurs) answer(ctx, last)
    else withHeadersOf(last.error, error, () => inherited.call(ctx, error))
  }
}

function answer(ctx: KoaContext, { error, body }: Refusal): void {
  const { res, app } = ctx
  app.emit('error', error, ctx)
  // As Koa does: what was meant for a successful response goes, what the error asks for comes.
  for (const name of res.getHeaderNames()) res.removeHeader(name)
  ctx.status = error.status
  ctx.set({ ...error.headers, 'content-type': 'application/json; charset=utf-8' })
  res.end(JSON.stringify(body))
}

/** Another error may have been thrown in the place of the refusal, `ctx.throw(401)`: then it keeps the challenge. */
function withHeadersOf(refusal: AccessTokenError, error: ErrorWithHeaders | null, handle: () => void): void {
  if (!(error instanceof Error) || error.status !== refusal.status) {
    handle()
    return
  }
  const { headers } = error
  error.headers = { ...refusal.headers, ...headers }
  handle()
  // It may be an error that the application throws again and again.
  error.headers = headers
}
