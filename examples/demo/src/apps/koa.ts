import type { Server } from 'node:http'
import Router from '@koa/router'
import { getAuth, protect, requireScopes } from '@sallyport/koa'
import Koa from 'koa'
import type { ApiSettings } from './api-settings.ts'

export function startKoa({ issuer, partnerIssuer, audience, decryptionKeys }: ApiSettings): Server {
  const router = new Router()

  router.get('/health', (ctx) => {
    ctx.body = { status: 'up' }
  })

  // Only encrypted tokens open the vault.
  router.use('/vault', protect({ issuer, audience, decryption: { keys: decryptionKeys, required: true } }))
  router.get('/vault', requireScopes('vault:open'), (ctx) => {
    ctx.body = { subject: getAuth(ctx).subject }
  })

  router.use(
    '/reports',
    protect({
      issuers: [
        { issuer, audience },
        { issuer: partnerIssuer, audience },
      ],
      decryption: { keys: decryptionKeys },
      cookie: 'access_token',
    }),
  )
  router.get('/reports', requireScopes('reports:read'), (ctx) => {
    ctx.body = { subject: getAuth(ctx).subject }
  })

  return new Koa().use(router.routes()).listen(0, '127.0.0.1')
}
