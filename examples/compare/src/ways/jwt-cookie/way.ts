import { createIssuer, memoryRefreshStore } from '@sallyport/issuer'
import { cookiesOf, fitsIntoField, isAdmitted, ownPage, post, serve } from '../http.ts'
import { jane } from '../users.ts'
import type { Login, RunningWay, Way } from '../way.ts'
import { createApp } from './app.ts'
import { observe } from './observed-store.ts'

/** An access token in a cookie, and a refresh token in another one: Sallyport. */
export const jwtCookie: Way = {
  name: 'JWT cookie',
  files: ['jwt-cookie/app.ts'],
  besides: [],
  start: async ({ lifetimeSeconds }): Promise<RunningWay> => {
    const store = observe(memoryRefreshStore())
    // Its private key is the application's secret.
    const issuer = await createIssuer({
      issuer: 'https://app.example',
      accessTokenLifetimeSeconds: lifetimeSeconds,
    })
    const { origin, close } = await serve(() => createApp(store, issuer, lifetimeSeconds))
    const refresh = (token: string) => post(`${origin}/refresh`, { ...ownPage, cookie: `__Host-rt=${token}` })
    const present = async (text: string) =>
      fitsIntoField(text) &&
      ((await isAdmitted(origin, { cookie: `__Host-at=${text}` })) ||
        (await isAdmitted(origin, { authorization: `Bearer ${text}` })) ||
        (await refresh(text)).ok)
    const forge = async () => {
      const token = await issuer.issueAccessToken({ subject: 'john', clientId: 'web', audience: issuer.issuer })
      return isAdmitted(origin, { cookie: `__Host-at=${token}` })
    }
    return {
      origin,
      logIn: async () => loginOf(await post(`${origin}/login`, ownPage, jane)),
      renew: async ({ renewal = '' }) => {
        const response = await refresh(renewal)
        return response.ok ? loginOf(response) : undefined
      },
      logOut: async ({ fields, renewal = '' }) => {
        await post(`${origin}/logout`, { ...ownPage, cookie: `${fields['cookie']}; __Host-rt=${renewal}` })
      },
      ambientFields: ({ fields }) => fields,
      database: () => store.rows(),
      present,
      presentWithSecret: async (text) => (await present(text)) || (await forge()),
      forge,
      close,
    }
  },
}

function loginOf(response: Response): Login {
  const cookies = cookiesOf(response)
  const token = cookies.get('__Host-at')
  if (token === undefined) throw new Error('The login set no cookie')
  return { fields: { cookie: `__Host-at=${token}` }, renewal: cookies.get('__Host-rt') }
}
