import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { generateSigningKey } from '@sallyport/issuer'
import { Provider } from 'oidc-provider'
import { jane } from '../users.ts'
import type { Artifacts } from './artifacts.ts'
import { redirectUri } from './client.ts'

const day = 86_400

/** A real authorization server. Its login page logs everybody in as the only user there is. */
export async function createAuthorizationServer(
  issuer: string,
  { audience, artifacts, lifetimeSeconds }: { audience: string; artifacts: Artifacts; lifetimeSeconds: number },
): Promise<RequestListener> {
  const provider = new Provider(issuer, {
    adapter: (kind) => artifacts.adapter(kind),
    jwks: { keys: [await generateSigningKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: [
      {
        client_id: 'web',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        id_token_signed_response_alg: 'ES256',
        redirect_uris: [redirectUri],
      },
    ],
    ttl: {
      AccessToken: lifetimeSeconds,
      AuthorizationCode: 60,
      Grant: 14 * day,
      IdToken: 300,
      Interaction: 600,
      RefreshToken: 14 * day,
      Session: day,
    },
    issueRefreshToken: async () => true,
    findAccount: async (_, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: 'web', accountId: jane.user })
      grant.addOIDCScope('openid')
      grant.addResourceScope(audience, 'me')
      await grant.save()
      return grant
    },
    interactions: { url: (_, { uid }) => `/login/${uid}` },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: async (_, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'me',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: lifetimeSeconds,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  })
  const handle = provider.callback()
  return (request, response) => {
    if (request.url?.startsWith('/login/') !== true) void handle(request, response)
    else void provider.interactionFinished(request, response, { login: { accountId: jane.user }, consent: {} })
  }
}
