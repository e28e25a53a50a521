import { createHmac, randomBytes } from 'node:crypto'
import session from 'express-session'
import { cookiesOf, isAdmitted, ownPage, post, serve } from '../http.ts'
import { jane } from '../users.ts'
import type { Login, RunningWay, Way } from '../way.ts'
import { createApp } from './app.ts'

const name = '__Host-sid'

/** A session on the server, its id in a cookie: express-session. */
export const serverSession: Way = {
  name: 'server session',
  files: ['session/app.ts'],
  besides: [],
  start: async (): Promise<RunningWay> => {
    const store = new session.MemoryStore()
    const secret = randomBytes(32).toString('base64url')
    const { origin, close } = await serve(() => createApp(store, secret))
    const presentCookie = (value: string) => isAdmitted(origin, { cookie: `${name}=${encodeURIComponent(value)}` })
    const sign = (id: string) =>
      `s:${id}.${createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')}`
    return {
      origin,
      logIn: async () => {
        const cookie = cookiesOf(await post(`${origin}/login`, ownPage, jane)).get(name)
        if (cookie === undefined) throw new Error('The login set no cookie')
        return { fields: { cookie: `${name}=${cookie}` } }
      },
      renew: async (login: Login) => ((await isAdmitted(origin, login.fields)) ? login : undefined),
      logOut: async ({ fields }) => void (await post(`${origin}/logout`, { ...ownPage, ...fields })),
      ambientFields: ({ fields }) => fields,
      database: () =>
        new Promise((resolve, reject) => {
          store.all((error, sessions) => (error ? reject(error as Error) : resolve(sessions)))
        }),
      present: presentCookie,
      presentWithSecret: (text) => presentCookie(sign(text)),
      forge: () => presentCookie(sign(randomBytes(24).toString('base64url'))),
      close,
    }
  },
}
