import { describe, expect, it, vi } from 'vitest'
import { ConfigurationError } from '../index.ts'
import { inSeconds, post, refusalOf } from './browser.test.support.ts'
import { type BrowserTokens, createLogin, type LoginOptions } from './index.ts'

const cookie = { name: '__Host-at', refreshCookie: '__Host-rt' }
const tokens = (): BrowserTokens => ({ accessToken: 'a.b.c', expiresAt: inSeconds(300.5) })

/** Logs in with whatever the application's callback gives. */
function logIn(given: unknown, options: Partial<LoginOptions<unknown>> = {}, request = post()) {
  const authenticate = () => given as BrowserTokens
  return createLogin({ cookie, authenticate, ...options })(request, undefined)
}

describe('a login', () => {
  it('COOKIE-1: sets the access token as a __Host- cookie that lives as long as the token', async () => {
    const answer = await logIn(tokens(), { cookie: '__Host-at' })
    expect(answer).toEqual({
      status: 200,
      headers: { 'cache-control': 'no-store' },
      cookies: ['__Host-at=a.b.c; Path=/; Max-Age=300; Secure; HttpOnly; SameSite=Lax'],
      body: { expires_in: 300 },
    })
  })

  it('COOKIE-1: sets the refresh token as a Strict cookie of its own', async () => {
    const { cookies } = await logIn({ ...tokens(), refreshToken: 'r1', refreshTokenExpiresAt: inSeconds(3600.5) })
    expect(cookies[1]).toBe('__Host-rt=r1; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Strict')
    const withoutExpiry = await logIn({ ...tokens(), refreshToken: 'r1' })
    expect(withoutExpiry.cookies[1]).toBe('__Host-rt=r1; Path=/; Secure; HttpOnly; SameSite=Strict')
  })

  it('takes the refresh token of an earlier login away, which would bring that one back', async () => {
    expect((await logIn(tokens())).cookies[1]).toMatch(/^__Host-rt=; .*Max-Age=0;/)
  })

  it('gives a narrow path to the refresh token, and CHIPS to all, where that is asked for', async () => {
    const options = {
      cookie: {
        name: '__Host-at',
        sameSite: 'None',
        partitioned: true,
        refreshCookie: { name: '__Secure-rt', path: '/session' },
      },
    } as const
    expect((await logIn({ ...tokens(), refreshToken: 'r1' }, options)).cookies).toEqual([
      '__Host-at=a.b.c; Path=/; Max-Age=300; Secure; HttpOnly; SameSite=None; Partitioned',
      '__Secure-rt=r1; Path=/session; Secure; HttpOnly; SameSite=None; Partitioned',
    ])
  })

  it('tells the page what the application adds, and when to renew, but no token', async () => {
    const { body } = await logIn({ ...tokens(), refreshToken: 'r1', body: { name: 'Jane', expires_in: 'x' } })
    expect(body).toEqual({ name: 'Jane', expires_in: 300 })
  })

  it('leads to a path of the same origin after a form was sent', async () => {
    const { status, headers, cookies, body } = await logIn(tokens(), { redirectTo: '/app?a=b#c' })
    expect([status, headers['location'], body]).toEqual([303, '/app?a=b#c', undefined])
    expect(cookies[0]).toMatch(/^__Host-at=a\.b\.c;/)
  })

  it.each([undefined, null])('is refused when the application gives %s', async (given) => {
    expect(await refusalOf(logIn(given))).toMatchObject({ code: 'login_refused', status: 401, cookies: [] })
  })

  it('throws on what the application throws', async () => {
    const mistake = new Error('database')
    await expect(logIn(Promise.reject(mistake))).rejects.toBe(mistake)
  })

  it.each<[string, unknown]>([
    ['tokens_malformed', true],
    ['tokens_malformed', 'a.b.c'],
    ['tokens_malformed', { accessToken: 'a.b.c' }],
    ['tokens_malformed', { accessToken: 1, expiresAt: inSeconds(300) }],
    ['tokens_malformed', { ...tokens(), refreshToken: 1 }],
    ['tokens_malformed', { ...tokens(), refreshTokenExpiresAt: '1' }],
    ['tokens_malformed', { ...tokens(), body: 'x' }],
    ['tokens_malformed', { ...tokens(), body: null }],
    ['cookie_expired', { accessToken: 'a.b.c', expiresAt: inSeconds(-1) }],
    ['cookie_expired', { accessToken: 'a.b.c', expiresAt: Number.NaN }],
    ['cookie_expired', { accessToken: 'a.b.c', expiresAt: Number.POSITIVE_INFINITY }],
    ['cookie_expired', { accessToken: 'a.b.c', expiresAt: Date.now() + 300_000 }],
    ['cookie_malformed', { ...tokens(), accessToken: '' }],
    ['cookie_malformed', { ...tokens(), accessToken: 'a.b.c; Domain=example' }],
    ['cookie_malformed', { ...tokens(), refreshToken: 'a\r\nb' }],
    ['cookie_too_large', { ...tokens(), accessToken: 'a'.repeat(5000) }],
  ])('is an error of the application, %s, and sets nothing', async (code, given) => {
    await expect(logIn(given)).rejects.toMatchObject({ name: 'CookieError', code })
  })

  it('COOKIE-3: is an error where the token fits into no cookie', async () => {
    await expect(logIn({ ...tokens(), accessToken: 'a'.repeat(4060) })).rejects.toMatchObject({
      code: 'cookie_too_large',
      message: expect.stringContaining('4,096'),
    })
  })

  it('is an error where a refresh token has no cookie', async () => {
    await expect(logIn({ ...tokens(), refreshToken: 'r' }, { cookie: '__Host-at' })).rejects.toMatchObject({
      code: 'refresh_cookie_missing',
    })
  })
})

describe('who may log in', () => {
  const authenticate = vi.fn<() => BrowserTokens>(tokens)
  const handle = createLogin({ cookie: { name: '__Host-at', origins: ['https://app.example'] }, authenticate })
  const send = (...rawHeaders: string[]) => handle({ method: 'POST', url: '/', rawHeaders }, undefined)

  it.each([
    ['our own page', ['sec-fetch-site', 'same-origin']],
    ['somebody who reloads a page', ['sec-fetch-site', 'none']],
    ['our own page in an old browser', ['host', 'app.test', 'origin', 'https://app.test']],
    ['a page of an origin that is allowed', ['sec-fetch-site', 'cross-site', 'origin', 'https://app.example']],
  ])('COOKIE-2: %s', async (_, rawHeaders) => {
    expect((await send(...rawHeaders)).status).toBe(200)
  })

  it.each([
    ['another site, which would log its visitor in as somebody else', ['sec-fetch-site', 'cross-site']],
    ['a sibling domain', ['sec-fetch-site', 'same-site']],
    ['a page without an origin', ['host', 'app.test', 'origin', 'null']],
    ['something that does not say', ['host', 'app.test']],
  ])('COOKIE-2, COOKIE-4: not %s', async (_, rawHeaders) => {
    authenticate.mockClear()
    expect(await refusalOf(send(...rawHeaders))).toMatchObject({ code: 'cross_site_request', cookies: [] })
    expect(authenticate).not.toHaveBeenCalled()
  })

  it.each(['GET', 'HEAD', 'PUT', undefined])('nobody by %s', async (method) => {
    authenticate.mockClear()
    expect(await handle({ ...post(), method }, undefined)).toMatchObject({ status: 405, headers: { allow: 'POST' } })
    expect(authenticate).not.toHaveBeenCalled()
  })
})

describe('a wrong option', () => {
  it.each<[string, unknown]>([
    ['options', undefined],
    ['cookie', { cookie: 'at' }],
    ['cookie', { cookie: '__Secure-at' }],
    ['cookie', { cookie: '__Host-' }],
    ['cookie', { cookie: '__host-at' }],
    ['cookie', { cookie: '__Host-a t' }],
    ['cookie.name', { cookie: { name: 'at' } }],
    ['cookie', { cookie: undefined }],
    ['cookie.sameSite', { cookie: { name: '__Host-at', sameSite: 'None' } }],
    ['cookie.sameSite', { cookie: { name: '__Host-at', sameSite: 'lax' } }],
    ['cookie.partitioned', { cookie: { name: '__Host-at', partitioned: 1 } }],
    ['cookie.refreshCookie', { cookie: { name: '__Host-at', refreshCookie: 'rt' } }],
    ['cookie.refreshCookie', { cookie: { name: '__Host-at', refreshCookie: '__Host-at' } }],
    ['cookie.refreshCookie.name', { cookie: { name: '__Host-at', refreshCookie: { name: '__Host-rt', path: '/s' } } }],
    ['cookie.refreshCookie.path', { cookie: { name: '__Host-at', refreshCookie: { name: '__Secure-rt', path: 's' } } }],
    [
      'cookie.refreshCookie.path',
      { cookie: { name: '__Host-at', refreshCookie: { name: '__Secure-rt', path: '/; Domain=example' } } },
    ],
    ['cookie.doubleSubmit.secret', { cookie: { name: '__Host-at', doubleSubmit: { secret: 'short' } } }],
    ['cookie.doubleSubmit.secret', { cookie: { name: '__Host-at', doubleSubmit: {} } }],
    [
      'cookie.doubleSubmit.secret[1]',
      { cookie: { name: '__Host-at', doubleSubmit: { secret: ['s'.repeat(32), ''] } } },
    ],
    [
      'cookie.doubleSubmit.cookie',
      { cookie: { name: '__Host-at', doubleSubmit: { secret: 's'.repeat(32), cookie: 'csrf' } } },
    ],
    ['cookie.doubleSubmit.cookie', { cookie: { name: '__Host-csrf', doubleSubmit: { secret: 's'.repeat(32) } } }],
    ['authenticate', { authenticate: undefined }],
    ['redirectTo', { redirectTo: 'https://evil.example' }],
    ['redirectTo', { redirectTo: '//evil.example' }],
    ['redirectTo', { redirectTo: '/\\evil.example' }],
    ['redirectTo', { redirectTo: '/a\r\nb' }],
    ['redirectTo', { redirectTo: '' }],
    ['options.secure', { secure: false }],
  ])('%s is named', (option, wrong) => {
    const options = wrong === undefined ? wrong : { cookie, authenticate: tokens, ...(wrong as object) }
    const name = option.replace('options.', '')
    expect(() => createLogin(options as never)).toThrow(ConfigurationError)
    expect(() => createLogin(options as never)).toThrow(expect.objectContaining({ option: name }))
  })
})
