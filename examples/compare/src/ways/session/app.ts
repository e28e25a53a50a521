import express, { type Express } from 'express'
import session, { type Store } from 'express-session'
import { checkPassword } from '../users.ts'

declare module 'express-session' {
  interface SessionData {
    user: string
  }
}

/** The application with sessions on the server. */
export function createApp(store: Store, secret: string): Express {
  const app = express()
  app.set('trust proxy', 'loopback')
  app.use(
    session({
      name: '__Host-sid',
      store,
      secret,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, secure: true, sameSite: 'lax', maxAge: 14 * 86_400_000 },
    }),
  )

  app.post('/login', express.json(), (req, res, next) => {
    const user = checkPassword(req.body.user, req.body.password)
    if (user === undefined) {
      res.status(401).end()
      return
    }
    // A new id, so that one planted before the login is worth nothing.
    req.session.regenerate((error) => {
      if (error) return next(error)
      req.session.user = user
      res.status(204).end()
    })
  })

  app.post('/logout', (req, res, next) => {
    req.session.destroy((error) => {
      if (error) return next(error)
      res.clearCookie('__Host-sid', { httpOnly: true, secure: true, sameSite: 'lax' })
      res.status(204).end()
    })
  })

  app.all('/me', (req, res) => {
    if (req.session.user === undefined) {
      res.status(401).end()
      return
    }
    res.json({ user: req.session.user })
  })
  return app
}
