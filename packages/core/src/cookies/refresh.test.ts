import { describe, expect, it, vi } from 'vitest'
import { AccessTokenError } from '../index.ts'
import { inSeconds, post, refusalOf } from './browser.test.support.ts'
import { type BrowserTokens, createRefresh } from './index.ts'

const cookie = { name: '__Host-at', refreshCookie: '__Host-rt', doubleSubmit: { secret: 's'.repeat(32) } }
const tokens = (): BrowserTokens => ({ accessToken: 'a2', expiresAt: inSeconds(300.5), refreshToken: 'r2' })

const cleared = [
  '__Host-at=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
  '__Host-rt=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict',
  '__Host-csrf=; Path=/; Max-Age=0; Secure; SameSite=Strict',
]

describe('a session that is renewed', () => {
  const exchange = vi.fn<(refreshToken: string, request: string) => unknown>()
  const handle = createRefresh<string>({ cookie, exchange: exchange as never })
  const refresh = (...rawHeaders: string[]) => handle(post(...rawHeaders), 'the request')

  it('gets new cookies for the refresh token of its own', async () => {
    exchange.mockImplementation(tokens)
    const answer = await refresh('cookie', 'a=b; __Host-rt=r1; __Host-at=a1')
    expect(exchange).toHaveBeenLastCalledWith('r1', 'the request')
    expect(answer.status).toBe(200)
    expect(answer.cookies.map((field) => field.slice(0, field.indexOf(';')))).toEqual([
      '__Host-at=a2',
      expect.stringMatching(/^__Host-csrf=[\w-]{43}$/),
      '__Host-rt=r2',
    ])
    expect(answer.body).toEqual({ expires_in: 300, csrf_token: answer.cookies[1]?.slice(12, 55) })
  })

  it('keeps the refresh token where the authorization server gives no other', async () => {
    exchange.mockImplementation(() => ({ ...tokens(), refreshToken: undefined }))
    const { cookies } = await refresh('cookie', '__Host-rt=r1')
    expect(cookies.join()).not.toContain('__Host-rt')
  })

  it.each([
    ['says so', () => undefined],
    ['answers invalid_grant', () => Promise.reject(Object.assign(new Error('reused'), { error: 'invalid_grant' }))],
  ])('has ended when the application %s: its cookies are taken away', async (_, given) => {
    exchange.mockImplementation(given)
    const refusal = await refusalOf(refresh('cookie', '__Host-rt=r1'))
    expect(refusal).toMatchObject({ code: 'session_ended', status: 401, cookies: cleared, cause: undefined })
  })

  it('has ended without a refresh token, and nobody is asked', async () => {
    exchange.mockClear()
    expect(await refusalOf(refresh('cookie', '__Host-at=a1'))).toMatchObject({
      code: 'session_ended',
      cookies: cleared,
    })
    expect(exchange).not.toHaveBeenCalled()
  })

  it.each([
    new Error('ECONNREFUSED'),
    Object.assign(new Error('our own credentials are wrong'), { status: 401, error: 'invalid_client' }),
    'text',
    undefined,
  ])('CHAL-7: keeps its cookies when it cannot be renewed at the moment: %s', async (cause) => {
    exchange.mockImplementation(() => Promise.reject(cause))
    const refusal = await refusalOf(refresh('cookie', '__Host-rt=r1'))
    expect(refusal).toEqual({ code: 'session_unavailable', status: 503, cause, cookies: [] })
  })

  it('throws on what the application refuses in our terms', async () => {
    exchange.mockImplementation(() => Promise.reject(new AccessTokenError('store_unavailable')))
    expect((await refusalOf(refresh('cookie', '__Host-rt=r1'))).code).toBe('store_unavailable')
  })

  it('is not renewed for two refresh tokens, other sites, or other methods', async () => {
    exchange.mockClear()
    expect((await refusalOf(refresh('cookie', '__Host-rt=r1; __Host-rt=r2'))).code).toBe('credential_ambiguous')
    const foreign = { method: 'POST', url: '/', rawHeaders: ['sec-fetch-site', 'cross-site', 'cookie', '__Host-rt=r1'] }
    expect((await refusalOf(handle(foreign, ''))).code).toBe('cross_site_request')
    expect((await handle({ ...post('cookie', '__Host-rt=r1'), method: 'GET' }, '')).status).toBe(405)
    expect(exchange).not.toHaveBeenCalled()
  })

  it('is not there without a name for its cookie', () => {
    const make = () => createRefresh({ cookie: { name: '__Host-at' }, exchange: tokens })
    expect(make).toThrow(expect.objectContaining({ option: 'cookie.refreshCookie' }))
  })
})
