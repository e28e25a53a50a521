import { type BrowserTokens, getAuth, login, logout, protect, refresh } from '@sallyport/express'
import { createRefreshTokens, type Issuer, type RefreshTokenStore } from '@sallyport/issuer'
import express, { type Express, type Request } from 'express'
import { checkPassword } from '../users.ts'

type Grant = Parameters<Issuer['issueAccessToken']>[0]

const audience = 'https://app.example'
const cookie = { name: '__Host-at', refreshCookie: '__Host-rt' }

/** The application with access tokens in a cookie, issued by itself. */
export function createApp(store: RefreshTokenStore, issuer: Issuer, lifetimeSeconds: number): Express {
  const refreshTokens = createRefreshTokens({ store })

  async function tokensFor(grant: Grant, next: { refreshToken: string; expiresAt: number }): Promise<BrowserTokens> {
    return {
      accessToken: await issuer.issueAccessToken(grant),
      expiresAt: Date.now() / 1000 + lifetimeSeconds,
      refreshToken: next.refreshToken,
      refreshTokenExpiresAt: next.expiresAt,
    }
  }

  async function authenticate({ body }: Request) {
    const subject = checkPassword(body.user, body.password)
    if (subject === undefined) return undefined
    const grant = { subject, clientId: 'web', audience }
    return tokensFor(grant, await refreshTokens.issue(grant))
  }

  async function exchange(refreshToken: string) {
    const { grant, ...next } = await refreshTokens.use(refreshToken, { clientId: 'web' })
    return tokensFor(grant, next)
  }

  const app = express()
  app.post('/login', express.json(), login({ cookie, authenticate }))
  app.post('/refresh', refresh({ cookie, exchange }))
  app.post('/logout', logout({ cookie, revoke: ({ refreshToken = '' }) => refreshTokens.revoke(refreshToken) }))

  app.use(protect({ issuer: issuer.issuer, audience, jwks: issuer.jwks(), cookie, clockToleranceSeconds: 0 }))
  app.all('/me', (req, res) => {
    res.json({ user: getAuth(req).subject })
  })
  return app
}
