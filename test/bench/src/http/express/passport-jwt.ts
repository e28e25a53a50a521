import type { RequestListener } from 'node:http'
import jwksRsa from 'jwks-rsa'
import passport from 'passport'
import { ExtractJwt, Strategy, type VerifiedCallback } from 'passport-jwt'
import { type ApiSettings, path } from '../apps.ts'
import { createExpressApp } from './app.ts'

interface User {
  readonly sub?: string
}

export async function create({ issuer, audience, jwksUri }: ApiSettings): Promise<RequestListener> {
  const options = {
    secretOrKeyProvider: jwksRsa.passportJwtSecret({ jwksUri, cache: true }),
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    issuer,
    audience,
    algorithms: ['RS256' as const],
  }
  passport.use(new Strategy(options, (claims: User, done: VerifiedCallback) => done(null, claims)))
  const app = createExpressApp()
  app.use(passport.initialize())
  app.use(passport.authenticate('jwt', { session: false }))
  app.get(path, (request, response) => {
    response.json({ sub: (request.user as User | undefined)?.sub })
  })
  return app
}
