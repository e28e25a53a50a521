import { createTestIssuer } from '@sallyport/testing'
import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import { describe, expect, it, vi } from 'vitest'
import { get, serve, versions } from './http.test.support.ts'
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

describe.each(versions)('a browser session on $version', ({ express }) => {
  const exchange = vi.fn<(refreshToken: string) => Promise<BrowserTokens | undefined>>()
  const revoke = vi.fn<() => void>()

  async function start(...errorHandlers: ErrorRequestHandler[]) {
    const app = express()
    const withOther: RequestHandler = (_, res, next) => {
      res.cookie('other', '1')
      next()
    }
    app.use(withOther)
    const authenticate = async ({ body }: Request) => {
      if (body.user === 'mistake') return { accessToken: 'a'.repeat(5000), expiresAt: inFiveMinutes() }
      return body.user === 'jane' ? tokens() : undefined
    }
    app.use('/login', express.json(), login({ cookie, authenticate }))
    app.post('/form', express.urlencoded({ extended: false }), login({ cookie, authenticate, redirectTo: '/app' }))
    app.post('/refresh', refresh({ cookie, exchange }))
    app.post('/logout', logout({ cookie, revoke }))
    app.use(protect({ ...as.verifierOptions, cookie }))
    app.all('/me', (req, res) => void res.json(getAuth(req).subject))
    for (const handler of errorHandlers) app.use(handler)
    const { origin } = await serve(app)
    const post = (path: string, headers: object = {}, body?: string) =>
      get(origin + path, {
        method: 'POST',
        redirect: 'manual',
        headers: { ...ownPage, ...headers },
        ...(body === undefined ? {} : { body }),
      })
    const logIn = (user: string, headers: object = {}) =>
      post('/login', { 'content-type': 'application/json', ...headers }, JSON.stringify({ user }))
    return { origin, post, logIn }
  }

  it('COOKIE-1: begins with cookies that the API takes, and leaves those of others', async () => {
    const { origin, logIn, post } = await start()
    const { status, headers, body } = await logIn('jane')
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    const set = headers.getSetCookie()
    expect(set).toEqual([
      'other=1; Path=/',
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
    const { post } = await start()
    const { status, headers, text } = await post(
      '/form',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'user=jane',
    )
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
    for (const { headers } of [stranger, foreign, other]) expect(cookiesIn(headers)).toBe('other=1')
  })

  it('COOKIE-3: does not begin with a token that fits into no cookie, which is an error of the application', async () => {
    const seen: unknown[] = []
    const { logIn } = await start((error, _req, res, _next) => {
      seen.push(error)
      res.status(500).end()
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

  const passOn: ErrorRequestHandler = (error, _req, _res, next) => next(error)
  const answer: ErrorRequestHandler = (error, _req, res, _next) => {
    res.json({ custom: error instanceof AccessTokenError && error.code })
  }

  it.each([
    ['no error handler', []],
    ['one that answers', [answer]],
    ['one that passes the error on', [passOn]],
  ])('CHAL-4: takes its cookies away when it has ended, with %s', async (_, handlers) => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { post } = await start(...handlers)
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
    expect([status, headers.get('retry-after'), headers.getSetCookie()]).toEqual([503, '5', ['other=1; Path=/']])
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
    const app = express()
    app.post(
      '/',
      login({
        cookie,
        authenticate: async (req: Request) => {
          req.res?.status(202).json('own')
          return tokens()
        },
      }),
    )
    const onError = vi.fn<ErrorRequestHandler>((_error, _req, _res, _next) => {})
    // Express knows an error handler by its four parameters.
    app.use(((error, req, res, next) => onError(error, req, res, next)) satisfies ErrorRequestHandler)
    const { origin } = await serve(app)
    expect(await get(origin, { method: 'POST', headers: ownPage })).toMatchObject({ status: 202, body: 'own' })
    expect(onError).not.toHaveBeenCalled()
  })
})
