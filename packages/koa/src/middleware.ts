import { type Awaitable, isPromise } from '@sallyport/core/adapter'
import type { KoaContext } from './context.ts'
import { refuse } from './refuse.ts'

/**
 * A middleware of Koa 2.15 or 3, typed by what it needs, so that it needs neither version's types, and changes none of
 * those that a router infers from its middlewares.
 */
export type Middleware = <Context extends KoaContext>(ctx: Context, next: () => Promise<unknown>) => Promise<void>

/**
 * A middleware that needs more of the context.
 *
 * @typeParam Context - what it needs
 */
export type ContextMiddleware<Context extends KoaContext> = (
  ctx: Context,
  next: () => Promise<unknown>,
) => Promise<void>

/** Makes a middleware that lets a request pass when `demand` returns or resolves, and refuses it when that throws. */
export function createMiddleware(demand: (ctx: KoaContext) => Awaitable<void>): Middleware {
  // Not an async function: that would cost more than all else that a request with a known token needs.
  return (ctx, next) => {
    const refused = (error: unknown): never => {
      throw refuse(ctx, error)
    }
    let met
    try {
      met = demand(ctx)
    } catch (error) {
      return Promise.reject(refuse(ctx, error))
    }
    return (isPromise(met) ? Promise.resolve(met).then(next, refused) : next()) as Promise<void>
  }
}
