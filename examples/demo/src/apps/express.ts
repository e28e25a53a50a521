import type { Server } from 'node:http'
import { getAuth, protect, requireScopes } from '@sallyport/express'
import express from 'express'
import type { ApiSettings } from './api-settings.ts'

export function startExpress({ issuer, partnerIssuer, audience, decryptionKeys }: ApiSettings): Server {
  const app = express()

  app.get('/health', (_, res) => {
    res.json({ status: 'up' })
  })

  // Only encrypted tokens open the vault.
  app.use('/vault', protect({ issuer, audience, decryption: { keys: decryptionKeys, required: true } }))
  app.get('/vault', requireScopes('vault:open'), (req, res) => {
    res.json({ subject: getAuth(req).subject })
  })

  app.use(
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
  app.get('/reports', requireScopes('reports:read'), (req, res) => {
    res.json({ subject: getAuth(req).subject })
  })

  return app.listen(0, '127.0.0.1')
}
