import { type BrowserTokens, getAuth, login, logout, protect, refresh } from '@sallyport/express'
import { createRefreshTokens, type Issuer, type RefreshTokenStore } from '@sallyport/issuer'
import express, { type Express, type Request } from 'express'
import { checkPassword } from '../users.ts'

const audience = 'https://app.example'
const cookie = { name: '__Host-at', refreshCookie: '__Host-rt' }

/** The application with access tokens in a cookie, issued by itself. */
export function createApp(store: RefreshTokenStore, issuer: Issuer, lifetimeSeconds: number): Express {
  const refreshTokens = createRefreshTokens({ store })

  function tokensFor(accessToken: string, next: { refreshToken: string; expiresAt: number }): BrowserTokens {
    return {
      accessToken,
      expiresAt: Date.now() / 1000 + lifetimeSeconds,
      refreshToken: next.refreshToken,
      refreshTokenExpiresAt: next.expiresAt,
    }
  }

  async function authenticate({ body }: Request) {
    const subject = checkPassword(body.user, body.password)
    if (subject === undefined) return undefined
    const grant = { subject, clientId: 'web', audience }
    return tokensFor(await issuer.issueAccessToken(grant), await refreshTokens.issue(grant))
  }

  async function exchange(refreshToken: string) {
    const { prepared, ...next } = await refreshTokens.use(refreshToken, {
      clientId: 'web',
      prepare: (grant) => issuer.issueAccessToken(grant),
    })
    return tokensFor(prepared, next)
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
