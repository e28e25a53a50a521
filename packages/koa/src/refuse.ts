import { AccessTokenError } from '@sallyport/core'
import { answerTo } from '@sallyport/core/adapter'
import type { KoaContext } from './context.ts'
import { handleLater } from './onerror.ts'

/**
 * Makes the context ready for an error to be thrown: status and challenge stand already when a middleware of the
 * application catches it, and where none does, Koa's own error handling answers with our JSON.
 *
 * @returns the error to throw
 */
export function refuse(ctx: KoaContext, error: unknown): unknown {
  if (!(error instanceof AccessTokenError)) return asError(error)
  const { status, headers, cookies, body } = answerTo(ctx.req, error)
  ctx.status = status
  ctx.set({ ...headers })
  for (const cookie of cookies) ctx.res.appendHeader('set-cookie', cookie)
  handleLater(ctx, { error, body })
  return error
}

/**
 * As `refuse`, for an error that a handler may catch: the response stays what it is. Only the challenge stands already,
 * which any response may have where a credential would change it (RFC 9110 §11.6.1).
 */
export function refuseLater(ctx: KoaContext, error: unknown): unknown {
  if (!(error instanceof AccessTokenError)) return error
  const { headers, body } = answerTo(ctx.req, error)
  const { 'www-authenticate': challenge } = headers
  if (challenge !== undefined) ctx.set({ 'www-authenticate': challenge })
  handleLater(ctx, { error, body })
  return error
}

/** Whatever a predicate throws refuses the request (POLICY-4), but for Koa `undefined` is no error: it never answers. */
function asError(thrown: unknown): object {
  if (typeof thrown === 'object' && thrown !== null) return thrown
  return new Error('Something that is no error was thrown where a request is authorized', { cause: thrown })
}
