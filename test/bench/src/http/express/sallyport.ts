import type { RequestListener } from 'node:http'
import { getAuth, protect } from '@sallyport/express'
import { type ApiSettings, path } from '../apps.ts'
import { createExpressApp } from './app.ts'

export async function create({ issuer, audience, jwksUri }: ApiSettings): Promise<RequestListener> {
  const app = createExpressApp()
  app.use(protect({ issuer, audience, jwksUri }))
  app.get(path, (request, response) => {
    response.json({ sub: getAuth(request).subject })
  })
  return app
}
