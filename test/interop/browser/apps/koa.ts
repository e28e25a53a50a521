import type { RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { getAuth, login, logout, protect, refresh } from '@sallyport/koa'
import Router from '@koa/router'
import Koa, { type Context } from 'koa'
import type { SessionService } from '../session-service.ts'

export function koaApp({ cookie, verifierOptions, authenticate, exchange, revoke }: SessionService): RequestListener {
  const router = new Router()
  router.post('/session/login', login({ cookie, authenticate: async (ctx: Context) => authenticate(await body(ctx)) }))
  router.post('/session/refresh', refresh({ cookie, exchange }))
  router.post('/session/logout', logout({ cookie, revoke: ({ refreshToken }) => revoke(refreshToken) }))
  router.all('/api/me', protect(verifierOptions), (ctx) => {
    ctx.body = { subject: getAuth(ctx).subject }
  })
  const app = new Koa()
  app.silent = true
  app.use(router.routes())
  const callback = app.callback()
  return (request, response) => void callback(request, response)
}

async function body(ctx: Context): Promise<unknown> {
  const content = await text(ctx.req)
  return ctx.is('json') === 'json' ? JSON.parse(content) : Object.fromEntries(new URLSearchParams(content))
}
