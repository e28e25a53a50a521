import { getAuth, protect } from '@sallyport/express'
import express, { type Express } from 'express'

/** The application's API: who logs in, and how, is the authorization server's business. */
export function createApi(issuer: string, audience: string): Express {
  const app = express()
  app.use(protect({ issuer, audience, clockToleranceSeconds: 0 }))
  app.all('/me', (req, res) => {
    res.json({ user: getAuth(req).subject })
  })
  return app
}
