import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  discovery,
  None,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client'

/** What the page keeps in its memory. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string | undefined
}

/** Where the authorization server sends the browser back to. */
export const redirectUri = 'http://127.0.0.1/callback'

/** The application's page: a public client with the authorization code flow and PKCE (RFC 9700 §2.1). */
export async function createClient(issuer: string, resource: string) {
  // Over http on loopback only; elsewhere, https and no such option.
  const options = { execute: [allowInsecureRequests] }
  const configuration: Configuration = await discovery(new URL(issuer), 'web', undefined, None(), options)

  return {
    /** @param browse opens the authorization server's pages, where the user logs in, and comes back */
    logIn: async (browse: (url: URL) => Promise<URL>): Promise<Tokens> => {
      const [pkceCodeVerifier, state] = [randomPKCECodeVerifier(), randomState()]
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid',
        resource,
        state,
        code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      })
      const checks = { pkceCodeVerifier, expectedState: state }
      return tokensOf(await authorizationCodeGrant(configuration, await browse(url), checks, { resource }))
    },
    renew: async (refreshToken: string): Promise<Tokens> =>
      tokensOf(await refreshTokenGrant(configuration, refreshToken, { resource })),
    logOut: (refreshToken: string): Promise<void> => tokenRevocation(configuration, refreshToken),
  }
}

function tokensOf(response: { access_token: string; refresh_token?: string }): Tokens {
  return { accessToken: response.access_token, refreshToken: response.refresh_token }
}
