import Router from '@koa/router'
import { getAuth, protect, requireScopes, type VerifierOptions } from '@sallyport/koa'
import Koa from 'koa'
import { type Api, listen } from './listen.ts'

/** An API in Koa, protected as its documentation says. */
export function startKoaApi(options: VerifierOptions): Promise<Api> {
  const app = new Koa()
  const router = new Router()
  router.all('/reports', (ctx) => {
    ctx.body = { sub: getAuth(ctx).subject }
  })
  router.get('/admin', requireScopes('admin'), (ctx) => {
    ctx.body = { sub: getAuth(ctx).subject }
  })
  app.use(protect(options))
  app.use(router.routes())
  const handle = app.callback()
  return listen((req, res) => void handle(req, res))
}
