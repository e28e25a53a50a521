import type { RequestListener } from 'node:http'
import { getAuth, login, logout, protect, refresh } from '@sallyport/express'
import express, { type ErrorRequestHandler, type Request } from 'express'
import type { SessionService } from '../session-service.ts'

export function expressApp({
  cookie,
  verifierOptions,
  authenticate,
  exchange,
  revoke,
}: SessionService): RequestListener {
  const app = express()
  app.use(express.json(), express.urlencoded({ extended: false }))
  app.post('/session/login', login({ cookie, authenticate: ({ body }: Request) => authenticate(body) }))
  app.post('/session/refresh', refresh({ cookie, exchange }))
  app.post('/session/logout', logout({ cookie, revoke: ({ refreshToken }) => revoke(refreshToken) }))
  app.use(protect(verifierOptions))
  app.all('/api/me', (req, res) => {
    res.status(200).json({ subject: getAuth(req).subject })
  })
  const quiet: ErrorRequestHandler = (error, _req, res, _next) => {
    res.status(error.status ?? 500).json({ code: error.code })
  }
  app.use(quiet)
  return app
}
