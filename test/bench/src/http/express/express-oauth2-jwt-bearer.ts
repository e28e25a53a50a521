import type { RequestListener } from 'node:http'
import { auth } from 'express-oauth2-jwt-bearer'
import { type ApiSettings, path } from '../apps.ts'
import { createExpressApp } from './app.ts'

export async function create({ issuer, audience, jwksUri }: ApiSettings): Promise<RequestListener> {
  const app = createExpressApp()
  app.use(auth({ issuer, audience, jwksUri, tokenSigningAlg: 'RS256' }))
  app.get(path, (request, response) => {
    response.json({ sub: request.auth?.payload.sub })
  })
  return app
}
