import { Body, Controller, Get, HttpException, type INestApplication, Post, Res, UseGuards } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { APP_GUARD } from '@nestjs/core'
import { createTestIssuer } from '@sallyport/testing'
import { describe, expect, it, vi } from 'vitest'
import {
  AccessTokenGuard,
  Auth,
  type Authentication,
  type BrowserTokens,
  ConfigurationError,
  Login,
  Logout,
  Refresh,
  RefreshToken,
  RequireScopes,
  SallyportModule,
} from '../index.ts'
import { type Platform, platforms, serve } from '../platforms.test.support.ts'

const as = await createTestIssuer()
const cookie = {
  name: '__Host-at',
  refreshCookie: '__Host-rt',
  doubleSubmit: { secret: 'a secret of thirty-two bytes or more' },
}
const inFiveMinutes = () => Date.now() / 1000 + 300

async function tokens(refreshToken = 'r1'): Promise<BrowserTokens> {
  return { accessToken: await as.mint({ subject: 'jane' }), expiresAt: inFiveMinutes(), refreshToken }
}

const exchange = vi.fn<(refreshToken: string) => unknown>()
const revoke = vi.fn<(refreshToken?: string) => unknown>()

/** Its scopes are asked of no browser that has yet to log in. */
@Controller('session')
@RequireScopes('none')
class SessionController {
  @Post('login')
  @Login()
  async logIn(
    @Body() { user }: { user: string },
    @Res({ passthrough: true }) response: { header(name: string, value: string): void },
  ): Promise<BrowserTokens | undefined> {
    response.header('set-cookie', 'other=1')
    if (user === 'mistake') return { accessToken: 'a'.repeat(5000), expiresAt: inFiveMinutes() }
    if (user === 'throttled') throw new HttpException('later', 429)
    return user === 'jane' ? tokens() : undefined
  }

  @Post('form')
  @Login({ redirectTo: '/app' })
  form() {
    return tokens()
  }

  @Post('refresh')
  @Refresh()
  refresh(@RefreshToken() token: string) {
    return exchange(token)
  }

  @Post('logout')
  @Logout()
  logOut(@RefreshToken() token: string | undefined) {
    return revoke(token)
  }

  @Get('login')
  @Login()
  wrongMethod() {
    return tokens()
  }
}

@Controller('me')
@UseGuards(AccessTokenGuard)
class Me {
  @Get()
  read(@Auth() auth: Authentication) {
    return { subject: auth.subject }
  }

  @Post()
  write(@Auth() auth: Authentication) {
    return { subject: auth.subject }
  }

  @Get('token')
  mistake(@RefreshToken() token: string) {
    return token
  }
}

async function start(platform: Platform, configure?: (app: INestApplication) => void) {
  const agent = await serve(
    platform,
    {
      imports: [SallyportModule.forRoot({ ...as.verifierOptions, cookie })],
      controllers: [SessionController, Me],
      providers: [{ provide: APP_GUARD, useClass: AccessTokenGuard }],
    },
    configure === undefined ? {} : { configure },
  )
  const post = (path: string, headers: Record<string, string> = {}, body: object = {}) =>
    agent
      .post(path)
      .set({ 'sec-fetch-site': 'same-origin', ...headers })
      .send(body)
  return { agent, post, logIn: (user: string, headers = {}) => post('/session/login', headers, { user }) }
}

/** What is set, in the order of the fields. */
function fieldsOf({ headers }: { headers: object }): string[] {
  return [(headers as { 'set-cookie'?: string | string[] })['set-cookie'] ?? []].flat()
}

/** What a browser keeps of an answer, as it sends it back. */
function cookiesIn(response: { headers: object }): string {
  const pairs = fieldsOf(response).map((field) => field.split(';')[0]!)
  return pairs.filter((pair) => !pair.endsWith('=')).join('; ')
}

const gone = (response: { headers: object }) =>
  fieldsOf(response).flatMap((field) => (field.includes('Max-Age=0') ? [field.split('=')[0]] : []))
const reused = Object.assign(new Error('reused'), { error: 'invalid_grant' })
const all = ['__Host-at', '__Host-rt', '__Host-csrf']

describe.each(platforms)('a browser session on $name', (platform) => {
  it('COOKIE-1: begins with cookies that the guard takes, and leaves those of others', async () => {
    const { agent, post, logIn } = await start(platform)
    const response = await logIn('jane')
    expect(response.status).toBe(200)
    expect(response.headers['cache-control']).toBe('no-store')
    expect(fieldsOf(response)).toEqual([
      'other=1',
      expect.stringMatching(/^__Host-at=[\w.-]+; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^__Host-csrf=[\w-]{43}; Path=\/; Max-Age=\d+; Secure; SameSite=Strict$/),
      '__Host-rt=r1; Path=/; Secure; HttpOnly; SameSite=Strict',
    ])
    const { csrf_token: csrf, ...body } = response.body as { csrf_token: string }
    expect(body).toEqual({ expires_in: expect.any(Number) })
    const sent = { cookie: cookiesIn(response) }
    expect(await agent.get('/me').set(sent)).toMatchObject({ status: 200, body: { subject: 'jane' } })
    expect((await post('/me', { ...sent, 'x-csrf-token': csrf })).status).toBe(201)
  })

  it('COOKIE-2: is not used by requests without its CSRF token, where that is asked for', async () => {
    const { post, logIn } = await start(platform)
    const sent = { cookie: cookiesIn(await logIn('jane')) }
    for (const headers of [sent, { ...sent, 'x-csrf-token': 'x'.repeat(43) }]) {
      expect(await post('/me', headers)).toMatchObject({ status: 403, body: { code: 'csrf_token_refused' } })
    }
  })

  it('leads to a page after a form was sent', async () => {
    const { post } = await start(platform)
    const response = await post('/session/form')
    expect([response.status, response.headers['location'], response.text]).toEqual([303, '/app', ''])
    expect(cookiesIn(response)).toContain('__Host-at=ey')
  })

  it('does not begin for strangers, other sites, or other methods', async () => {
    const { agent, logIn } = await start(platform)
    const stranger = await logIn('john')
    expect(stranger).toMatchObject({ status: 401, body: { code: 'login_refused' } })
    const foreign = await logIn('jane', { 'sec-fetch-site': 'cross-site' })
    expect(foreign).toMatchObject({ status: 403, body: { code: 'cross_site_request' } })
    const read = await agent.get('/session/login').set('sec-fetch-site', 'same-origin')
    expect([read.status, read.headers['allow']]).toEqual([405, 'POST'])
    const throttled = await logIn('throttled')
    expect(throttled.status).toBe(429)
    for (const response of [stranger, foreign, read, throttled]) expect(cookiesIn(response)).not.toContain('__Host')
  })

  it('COOKIE-3: does not begin with a token that fits into no cookie, which is an error of the application', async () => {
    const seen: unknown[] = []
    const { logIn } = await start(platform, (app) =>
      app.useGlobalFilters({
        catch(error: unknown, host) {
          seen.push(error)
          host.switchToHttp().getResponse().status(500).send('')
        },
      }),
    )
    const response = await logIn('mistake')
    expect([response.status, cookiesIn(response)]).toEqual([500, 'other=1'])
    expect(seen).toEqual([expect.objectContaining({ name: 'CookieError', code: 'cookie_too_large' })])
  })

  it('is renewed, as long as its refresh token is good', async () => {
    const { post } = await start(platform)
    exchange.mockImplementation((token) => tokens(`${token}+`))
    const response = await post('/session/refresh', { cookie: '__Host-rt=r1' })
    expect(response.status).toBe(200)
    expect(cookiesIn(response)).toMatch(/^__Host-at=ey[\w.-]+; __Host-csrf=[\w-]+; __Host-rt=r1\+$/)
  })

  it('CHAL-4: takes its cookies away when it has ended, whatever a filter answers', async () => {
    for (const configure of [
      undefined,
      (app: INestApplication) =>
        app.useGlobalFilters({ catch: (_, host) => host.switchToHttp().getResponse().send('custom') }),
    ]) {
      const { post } = await start(platform, configure)
      for (const given of [() => undefined, () => Promise.reject(reused)]) {
        exchange.mockImplementation(given)
        const response = await post('/session/refresh', { cookie: '__Host-rt=r1' })
        expect(response.status).toBe(401)
        expect(gone(response)).toEqual(all)
        if (configure === undefined) expect(response.body).toMatchObject({ code: 'session_ended' })
      }
    }
  })

  it('CHAL-7: keeps its cookies when it cannot be renewed, or when the application answers otherwise', async () => {
    const { post } = await start(platform)
    exchange.mockImplementation(() => Promise.reject(new Error('down')))
    const response = await post('/session/refresh', { cookie: '__Host-rt=r1' })
    expect([response.status, response.headers['retry-after'], fieldsOf(response)]).toEqual([503, '5', []])
    exchange.mockImplementation(() => Promise.reject(new HttpException('no', 418)))
    const own = await post('/session/refresh', { cookie: '__Host-rt=r1' })
    expect([own.status, fieldsOf(own)]).toEqual([418, []])
  })

  it('has ended without a refresh token, and the handler is not asked', async () => {
    const { post } = await start(platform)
    exchange.mockClear()
    const response = await post('/session/refresh')
    expect(response).toMatchObject({ status: 401, body: { code: 'session_ended' } })
    expect(gone(response)).toEqual(all)
    expect(exchange).not.toHaveBeenCalled()
  })

  it('ends with a logout, which may come again', async () => {
    const { post, logIn } = await start(platform)
    revoke.mockClear()
    for (const headers of [{ cookie: cookiesIn(await logIn('jane')) }, {}]) {
      const response = await post('/session/logout', headers)
      expect([response.status, response.text, response.headers['clear-site-data']]).toEqual([204, '', '"cache"'])
      expect(gone(response)).toEqual(all)
    }
    expect(revoke.mock.calls).toEqual([['r1'], [undefined]])
    expect(await post('/session/logout', { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 })
  })

  it.each([
    ['503', new Error('down'), 503],
    ['what the application says', new HttpException('no', 418), 418],
  ])('is forgotten by the browser also when its logout fails: %s', async (_, error, status) => {
    const { post } = await start(platform)
    revoke.mockImplementationOnce(() => Promise.reject(error))
    const response = await post('/session/logout', { cookie: '__Host-rt=r1' })
    expect(response.status).toBe(status)
    expect(gone(response)).toEqual(all)
  })

  it('has a refresh token only where it is renewed or ended', async () => {
    const { agent } = await start(platform)
    expect((await agent.get('/me/token').set(await as.authorization())).status).toBe(500)
  })
})

describe('a session without its cookies', () => {
  const compile = (options: object) =>
    Test.createTestingModule({
      imports: [SallyportModule.forRoot({ ...as.verifierOptions, ...options })],
      controllers: [SessionController],
    }).compile()

  it.each<[string, object, string]>([
    ['no cookie', {}, 'cookie'],
    ['a cookie that its name does not protect', { cookie: 'at' }, 'cookie'],
    ['no cookie for the refresh token', { cookie: '__Host-at' }, 'cookie.refreshCookie'],
  ])('COOKIE-1: is refused when the application starts: %s', async (_, options, option) => {
    await expect(compile(options)).rejects.toMatchObject({ constructor: ConfigurationError, option })
  })

  it('is refused when it is decorated with a wrong option', () => {
    expect(() => Login({ redirectTo: '//evil.example' })).toThrow(ConfigurationError)
    expect(() => Logout({ clearSiteData: ['everything' as 'cache'] })).toThrow(ConfigurationError)
  })
})
