import { createIssuer, createRefreshTokens, type Issuer, memoryRefreshStore } from '@sallyport/issuer'
import type { BrowserTokens, CookieOptions } from '@sallyport/express'

/** What the application behind all frameworks does: who logs in, and with which tokens. */
export interface SessionService {
  readonly cookie: CookieOptions & { readonly name: string }
  /** For `protect`, and the module of Nest. */
  readonly verifierOptions: {
    readonly issuer: string
    readonly audience: string
    readonly jwks: ReturnType<Issuer['jwks']>
    readonly cookie: CookieOptions
  }
  authenticate(credentials: unknown): Promise<BrowserTokens | undefined>
  exchange(refreshToken: string): Promise<BrowserTokens>
  revoke(refreshToken: string | undefined): Promise<void>
  /** What happened to refresh tokens, oldest first. */
  readonly events: readonly string[]
  /** Holds the next exchanges back until that many have come, so that they are at the same time for certain. */
  meet(count: number): void
}

const audience = 'https://api.example'

export async function createSessionService(cookie: SessionService['cookie']): Promise<SessionService> {
  const issuer = await createIssuer({ issuer: 'https://as.example', accessTokenLifetimeSeconds: 300 })
  const refreshTokens = createRefreshTokens({ store: memoryRefreshStore() })
  const events: string[] = []
  refreshTokens.subscribe(({ type }) => events.push(type))
  let gathering = Promise.resolve()
  let arrive = () => {}

  function tokensFor(
    accessToken: string,
    { refreshToken, expiresAt }: { refreshToken: string; expiresAt: number },
  ): BrowserTokens {
    return {
      accessToken,
      expiresAt: Date.now() / 1000 + 300,
      refreshToken,
      refreshTokenExpiresAt: expiresAt,
    }
  }

  return {
    cookie,
    verifierOptions: { issuer: issuer.issuer, audience, jwks: issuer.jwks(), cookie },
    authenticate: async (credentials) => {
      const { user, size } = credentials as { user?: string; size?: string }
      // A token of a size, for what browsers keep of it.
      if (size !== undefined) return { accessToken: 'a'.repeat(Number(size)), expiresAt: Date.now() / 1000 + 300.5 }
      if (user !== 'jane') return undefined
      const grant = { subject: user, clientId: 'web', audience }
      return tokensFor(await issuer.issueAccessToken(grant), await refreshTokens.issue(grant))
    },
    exchange: async (refreshToken) => {
      arrive()
      await gathering
      const { prepared, ...next } = await refreshTokens.use(refreshToken, {
        clientId: 'web',
        prepare: (grant) => issuer.issueAccessToken(grant),
      })
      return tokensFor(prepared, next)
    },
    revoke: async (refreshToken) => {
      if (refreshToken !== undefined) await refreshTokens.revoke(refreshToken)
    },
    events,
    meet: (count) => {
      let missing = count
      gathering = new Promise((resolve) => {
        arrive = () => {
          if (--missing === 0) resolve()
        }
      })
    },
  }
}
