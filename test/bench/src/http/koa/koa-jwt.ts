import type { RequestListener } from 'node:http'
import jwksRsa from 'jwks-rsa'
import Koa from 'koa'
import koaJwt from 'koa-jwt'
import type { ApiSettings } from '../apps.ts'
import { listenerOf } from './listener.ts'

export async function create({ issuer, audience, jwksUri }: ApiSettings): Promise<RequestListener> {
  const app = new Koa()
  app.silent = true
  const secret = jwksRsa.koaJwtSecret({ jwksUri, cache: true })
  app.use(koaJwt({ secret, issuer, audience, algorithms: ['RS256'] }))
  app.use((ctx) => {
    ctx.body = { sub: (ctx.state as { readonly user?: { readonly sub?: string } }).user?.sub }
  })
  return listenerOf(app)
}
