import type { RequestListener } from 'node:http'
import { getAuth, protect } from '@sallyport/koa'
import Koa from 'koa'
import type { ApiSettings } from '../apps.ts'
import { listenerOf } from './listener.ts'

export async function create({ issuer, audience, jwksUri }: ApiSettings): Promise<RequestListener> {
  const app = new Koa()
  app.silent = true
  app.use(protect({ issuer, audience, jwksUri }))
  app.use((ctx) => {
    ctx.body = { sub: getAuth(ctx).subject }
  })
  return listenerOf(app)
}
