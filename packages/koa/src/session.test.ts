import { json } from 'node:stream/consumers'
import { createTestIssuer } from '@sallyport/testing'
import type { Context, Middleware } from 'koa'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { appOf, get, serve, versions } from './http.test.support.ts'
import { AccessTokenError, type BrowserTokens, CookieError, getAuth, login, logout, protect, refresh } from './index.ts'

const as = await createTestIssuer()
const cookie = {
  name: '__Host-at',
  refreshCookie: '__Host-rt',
  doubleSubmit: { secret: 'a secret of thirty-two bytes or more' },
}
const ownPage = { 'sec-fetch-site': 'same-origin' }
const inFiveMinutes = () => Date.now() / 1000 + 300

/** What a browser keeps of an answer, as it sends it back. */
function cookiesIn(headers: Headers): string {
  const pairs = headers.getSetCookie().map((field) => field.slice(0, field.indexOf(';')))
  return pairs.filter((pair) => !pair.endsWith('=')).join('; ')
}

async function tokens(refreshToken = 'r1'): Promise<BrowserTokens> {
  return { accessToken: await as.mint({ subject: 'jane' }), expiresAt: inFiveMinutes(), refreshToken }
}

const at =
  (path: string, middleware: Middleware): Middleware =>
  (ctx, next) =>
    ctx.path === path ? middleware(ctx, next) : next()

describe.each(versions)('a browser session on $version', ({ Koa }) => {
  const exchange = vi.fn<(refreshToken: string) => Promise<BrowserTokens | undefined>>()
  const revoke = vi.fn<() => void>()
  beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))

  async function start(...before: Middleware[]) {
    const withOther: Middleware = (ctx, next) => {
      ctx.cookies.set('other', '1', { httpOnly: false })
      return next()
    }
    const authenticate = async (ctx: Context) => {
      const { user } = (await json(ctx.req)) as { user: string }
      if (user === 'mistake') return { accessToken: 'a'.repeat(5000), expiresAt: inFiveMinutes() }
      return user === 'jane' ? tokens() : undefined
    }
    const me: Middleware = (ctx) => {
      ctx.body = JSON.stringify(getAuth(ctx).subject)
      ctx.type = 'json'
    }
    const app = appOf(
      Koa,
      ...before,
      withOther,
      at('/login', login({ cookie, authenticate })),
      at('/form', login({ cookie, authenticate, redirectTo: '/app' })),
      at('/refresh', refresh({ cookie, exchange })),
      at('/logout', logout({ cookie, revoke })),
      protect({ ...as.verifierOptions, cookie }),
      me,
    )
    const { origin } = await serve(app)
    const post = (path: string, headers: object = {}, body?: string) =>
      get(origin + path, {
        method: 'POST',
        redirect: 'manual',
        headers: { ...ownPage, ...headers },
        ...(body === undefined ? {} : { body }),
      })
    const logIn = (user: string, headers: object = {}, path = '/login') => post(path, headers, JSON.stringify({ user }))
    return { origin, post, logIn }
  }

  it('COOKIE-1: begins with cookies that the API takes, and leaves those of others', async () => {
    const { origin, logIn, post } = await start()
    const { status, headers, body } = await logIn('jane')
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    const set = headers.getSetCookie()
    expect(set).toEqual([
      'other=1; path=/',
      expect.stringMatching(/^__Host-at=[\w.-]+; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^__Host-csrf=[\w-]{43}; Path=\/; Max-Age=\d+; Secure; SameSite=Strict$/),
      '__Host-rt=r1; Path=/; Secure; HttpOnly; SameSite=Strict',
    ])
    const sent = { cookie: cookiesIn(headers) }
    expect(await get(`${origin}/me`, { headers: sent })).toMatchObject({ status: 200, body: 'jane' })
    const { csrf_token: csrf } = body as { csrf_token: string }
    expect(await post('/me', { ...sent, 'x-csrf-token': csrf })).toMatchObject({ status: 200, body: 'jane' })
  })

  it('COOKIE-2: is not used by requests without its CSRF token, where that is asked for', async () => {
    const { logIn, post } = await start()
    const sent = { cookie: cookiesIn((await logIn('jane')).headers) }
    for (const headers of [sent, { ...sent, 'x-csrf-token': 'x'.repeat(43) }]) {
      const refused = await post('/me', headers)
      expect(refused).toMatchObject({ status: 403, challenge: 'Bearer', body: { code: 'csrf_token_refused' } })
    }
  })

  it('leads to a page after a form was sent', async () => {
    const { logIn } = await start()
    const { status, headers, text } = await logIn('jane', {}, '/form')
    expect([status, headers.get('location'), text]).toEqual([303, '/app', ''])
    expect(headers.getSetCookie().join()).toContain('__Host-at=ey')
  })

  it('does not begin for strangers, other sites, or other methods', async () => {
    const { origin, logIn } = await start()
    const stranger = await logIn('john')
    expect(stranger).toMatchObject({ status: 401, challenge: 'Bearer', body: { code: 'login_refused' } })
    const foreign = await logIn('jane', { 'sec-fetch-site': 'cross-site' })
    expect(foreign).toMatchObject({ status: 403, body: { code: 'cross_site_request' } })
    const other = await get(`${origin}/login`, { headers: ownPage })
    expect(other.status).toBe(405)
    expect(other.headers.get('allow')).toBe('POST')
    for (const { headers } of [stranger, foreign, other]) expect(cookiesIn(headers)).not.toContain('__Host')
  })

  it('COOKIE-3: does not begin with a token that fits into no cookie, which is an error of the application', async () => {
    const seen: unknown[] = []
    const { logIn } = await start(async (ctx, next) => {
      await next().catch((error: unknown) => {
        seen.push(error)
        ctx.status = 500
      })
    })
    const { status, headers } = await logIn('mistake')
    expect([status, cookiesIn(headers)]).toEqual([500, 'other=1'])
    expect(seen).toEqual([expect.any(CookieError)])
    expect(seen[0]).toMatchObject({ code: 'cookie_too_large' })
  })

  it('is renewed, as long as its refresh token is good', async () => {
    const { post } = await start()
    exchange.mockImplementation((token) => tokens(`${token}+`))
    const { status, headers } = await post('/refresh', { cookie: '__Host-rt=r1' })
    expect(status).toBe(200)
    expect(cookiesIn(headers)).toMatch(/^other=1; __Host-at=ey[\w.-]+; __Host-csrf=[\w-]+; __Host-rt=r1\+$/)
  })

  const catching =
    (handle: (error: AccessTokenError, ctx: Context) => void): Middleware =>
    (ctx, next) =>
      next().catch((error: AccessTokenError) => handle(error, ctx))

  it.each<[string, Middleware[]]>([
    ['nobody who catches it', []],
    [
      'a middleware that answers',
      [
        catching((error, ctx) => {
          ctx.status = error.status
          ctx.body = { custom: error.code }
        }),
      ],
    ],
    ['a middleware that throws another error', [catching((error, ctx) => ctx.throw(error.status, 'Log in'))]],
  ])('CHAL-4: takes its cookies away when it has ended, with %s', async (_, before) => {
    const { post } = await start(...before)
    exchange.mockResolvedValue(undefined)
    const { status, headers } = await post('/refresh', { cookie: '__Host-rt=r1' })
    expect(status).toBe(401)
    const gone = headers.getSetCookie().filter((field) => field.includes('Max-Age=0'))
    expect(gone.map((field) => field.split('=')[0])).toEqual(['__Host-at', '__Host-rt', '__Host-csrf'])
  })

  it('CHAL-7: keeps its cookies when it cannot be renewed', async () => {
    const { post } = await start()
    exchange.mockRejectedValue(new Error('down'))
    const { status, headers, body } = await post('/refresh', { cookie: '__Host-rt=r1' })
    expect([status, headers.get('retry-after')]).toEqual([503, '5'])
    expect(headers.getSetCookie().join()).not.toContain('__Host')
    expect(body).toMatchObject({ code: 'session_unavailable' })
  })

  it('ends with a logout, which may come again', async () => {
    const { post, logIn } = await start()
    const sent = { cookie: cookiesIn((await logIn('jane')).headers) }
    for (const headers of [sent, {}]) {
      const { status, headers: got, text } = await post('/logout', headers)
      expect([status, text, cookiesIn(got)]).toEqual([204, '', 'other=1'])
      expect(got.getSetCookie().filter((field) => field.includes('Max-Age=0'))).toHaveLength(3)
    }
    expect(revoke).toHaveBeenCalledOnce()
    expect((await post('/logout', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it('leaves an answer that the application has given by itself as it is', async () => {
    const authenticate = async ({ res }: Context) => {
      res.writeHead(202).end('own')
      return tokens()
    }
    const app = appOf(Koa, login({ cookie, authenticate }))
    const onError = vi.fn<() => void>()
    app.on('error', onError)
    const { origin } = await serve(app)
    expect(await get(origin, { method: 'POST', headers: ownPage })).toMatchObject({ status: 202, text: 'own' })
    expect(onError).not.toHaveBeenCalled()
  })
})
