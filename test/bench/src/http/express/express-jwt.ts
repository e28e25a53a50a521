import type { RequestListener } from 'node:http'
import { expressjwt, type Request } from 'express-jwt'
import jwksRsa from 'jwks-rsa'
import { type ApiSettings, path } from '../apps.ts'
import { createExpressApp } from './app.ts'

export async function create({ issuer, audience, jwksUri }: ApiSettings): Promise<RequestListener> {
  const app = createExpressApp()
  const secret = jwksRsa.expressJwtSecret({ jwksUri, cache: true })
  app.use(expressjwt({ secret: secret as never, issuer, audience, algorithms: ['RS256'] }))
  app.get(path, (request: Request, response) => {
    response.json({ sub: request.auth?.sub })
  })
  return app
}
