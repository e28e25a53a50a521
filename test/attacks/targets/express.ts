import { getAuth, protect, requireScopes, type VerifierOptions } from '@sallyport/express'
import express from 'express'
import { type Api, listen } from './listen.ts'

/** An API in Express, protected as its documentation says. */
export function startExpressApi(options: VerifierOptions): Promise<Api> {
  const app = express()
  app.use(express.json(), express.urlencoded())
  app.use(protect(options))
  app.all('/reports', (req, res) => {
    res.json({ sub: getAuth(req).subject })
  })
  app.get('/admin', requireScopes('admin'), (req, res) => {
    res.json({ sub: getAuth(req).subject })
  })
  return listen(app)
}
