import { describe, expect, it, vi } from 'vitest'
import { createLogin, createLogout, type LogoutOptions } from './index.ts'
import { inSeconds, post, refusalOf } from './browser.test.support.ts'

const cookie = { name: '__Host-at', refreshCookie: { name: '__Secure-rt', path: '/session' }, partitioned: true }
const cleared = [
  '__Host-at=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax; Partitioned',
  '__Secure-rt=; Path=/session; Max-Age=0; Secure; HttpOnly; SameSite=Strict; Partitioned',
]

describe('a logout', () => {
  const revoke = vi.fn<NonNullable<LogoutOptions<string>['revoke']>>()
  const handle = createLogout<string>({ cookie, revoke })
  const logOut = (...rawHeaders: string[]) => handle(post(...rawHeaders), 'the request')

  it('takes the cookies away with the attributes that they were set with', async () => {
    const login = createLogin({
      cookie,
      authenticate: () => ({
        accessToken: 'a1',
        expiresAt: inSeconds(60),
        refreshToken: 'r1',
        refreshTokenExpiresAt: inSeconds(60),
      }),
    })
    const { cookies } = await login(post(), undefined)
    const set = cookies.map((field) => field.replace(/=[ar]1;/, '=;').replace(/Max-Age=\d+/, 'Max-Age=0'))
    expect(await logOut()).toMatchObject({ status: 204, cookies: set })
    expect(set).toEqual(cleared)
  })

  it('ends the session where it is kept, whatever its tokens are worth by now', async () => {
    await logOut('cookie', '__Host-at=expired; __Secure-rt=r1')
    expect(revoke).toHaveBeenLastCalledWith({ accessToken: 'expired', refreshToken: 'r1' }, 'the request')
    await logOut('cookie', '__Secure-rt=r1')
    expect(revoke).toHaveBeenLastCalledWith({ accessToken: undefined, refreshToken: 'r1' }, 'the request')
  })

  it('may come twice: without a token nobody is asked', async () => {
    revoke.mockClear()
    expect((await logOut('cookie', 'other=1')).cookies).toEqual(cleared)
    expect(revoke).not.toHaveBeenCalled()
  })

  it('CHAL-7: is 503 when the session cannot be ended, and the browser forgets its tokens all the same', async () => {
    const cause = new Error('down')
    revoke.mockRejectedValueOnce(cause)
    const refusal = await refusalOf(logOut('cookie', '__Secure-rt=r1'))
    expect(refusal).toEqual({ code: 'session_unavailable', status: 503, cause, cookies: cleared })
  })

  it('is done where the session had ended already', async () => {
    revoke.mockRejectedValueOnce(Object.assign(new Error('revoked'), { error: 'invalid_grant' }))
    expect(await logOut('cookie', '__Secure-rt=r1')).toMatchObject({ status: 204, cookies: cleared })
  })

  it('takes cookies away that nobody can tell apart', async () => {
    const refusal = await refusalOf(logOut('cookie', '__Host-at=a; __Host-at=b'))
    expect(refusal).toMatchObject({ code: 'credential_ambiguous', cookies: cleared })
  })

  it('COOKIE-2: is for our own pages: no other site logs anybody out', async () => {
    revoke.mockClear()
    const rawHeaders = ['sec-fetch-site', 'cross-site', 'cookie', '__Secure-rt=r1']
    const refusal = await refusalOf(handle({ method: 'POST', url: '/', rawHeaders }, ''))
    expect(refusal).toMatchObject({ code: 'cross_site_request', cookies: [] })
    expect(await handle({ ...post('cookie', '__Secure-rt=r1'), method: 'GET' }, '')).toMatchObject({ status: 405 })
    expect(revoke).not.toHaveBeenCalled()
  })

  it('has the browser forget how pages looked, for the back button', async () => {
    expect((await logOut()).headers).toEqual({ 'cache-control': 'no-store', 'clear-site-data': '"cache"' })
  })

  it('may lead to a page, and have the browser forget more, or nothing', async () => {
    const everything = createLogout({ cookie, redirectTo: '/', clearSiteData: ['cache', 'storage'] })
    expect(await everything(post('cookie', '__Host-at=a'), undefined)).toEqual({
      status: 303,
      headers: { 'cache-control': 'no-store', location: '/', 'clear-site-data': '"cache", "storage"' },
      cookies: cleared,
    })
    const nothing = createLogout({ cookie, clearSiteData: [] })
    expect((await nothing(post(), undefined)).headers).not.toHaveProperty('clear-site-data')
  })

  it.each<[string, object]>([
    ['revoke', { revoke: 'yes' }],
    ['redirectTo', { redirectTo: '//a' }],
    ['clearSiteData', { clearSiteData: true }],
    ['clearSiteData[0]', { clearSiteData: ['"cache"'] }],
    ['revok', { revok: () => {} }],
  ])('is not made with a wrong option: %s', (option, wrong) => {
    expect(() => createLogout({ cookie, ...wrong })).toThrow(expect.objectContaining({ option }))
  })
})
