import { fitsIntoField, isAdmitted, serve } from '../http.ts'
import type { Login, RunningWay, Way } from '../way.ts'
import { createApi } from './app.ts'
import { Artifacts } from './artifacts.ts'
import { browse } from './browse.ts'
import { createClient, type Tokens } from './client.ts'
import { quietly } from './quietly.ts'

const audience = 'https://api.example'

/** Access tokens of a real authorization server, which the page sends in a header field: oidc-provider, Sallyport. */
export const oauth: Way = {
  name: 'OAuth 2.0',
  files: ['oauth/app.ts', 'oauth/client.ts'],
  besides: ['oauth/authorization-server.ts'],
  start: async ({ lifetimeSeconds }): Promise<RunningWay> => {
    const artifacts = new Artifacts()
    const as = await serve((issuer) =>
      quietly(async () => {
        const { createAuthorizationServer } = await import('./authorization-server.ts')
        return createAuthorizationServer(issuer, { audience, artifacts, lifetimeSeconds })
      }),
    )
    const api = await serve(() => createApi(as.origin, audience))
    const client = await createClient(as.origin, audience)
    const renew = async ({ renewal = '' }: Login) => {
      const tokens = await client.renew(renewal).catch(() => undefined)
      return tokens && loginOf(tokens)
    }
    const present = async (text: string) =>
      fitsIntoField(text) &&
      ((await isAdmitted(api.origin, { authorization: `Bearer ${text}` })) ||
        (await renew({ fields: {}, renewal: text })) !== undefined)
    return {
      origin: api.origin,
      logIn: async () => loginOf(await client.logIn(browse)),
      renew,
      logOut: ({ renewal = '' }) => client.logOut(renewal),
      // A page sends the token itself: nothing goes along with a form.
      ambientFields: () => ({}),
      database: async () => artifacts.content,
      present,
      presentWithSecret: present,
      forge: async () => undefined,
      close: async () => {
        await api.close()
        await as.close()
      },
    }
  },
}

function loginOf({ accessToken, refreshToken }: Tokens): Login {
  return { fields: { authorization: `Bearer ${accessToken}` }, renewal: refreshToken }
}
