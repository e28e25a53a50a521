import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expressApp } from './apps/express.ts'
import { koaApp } from './apps/koa.ts'
import { nestApp } from './apps/nest.ts'
import { chromiumPath, launchChromium } from './chromium.ts'
import { post, scriptCookies, send, submitForm } from './page-requests.ts'
import type { SessionService } from './session-service.ts'
import { type Site, startSite } from './site.ts'
import { type MakeApp, Stage } from './stage.ts'

// A real Chromium against each adapter, over loopback. Run by itself: npm run interop:browser

const secret = 'a secret of thirty-two bytes or more'
const cookie = { name: '__Host-at', refreshCookie: '__Host-rt', doubleSubmit: { secret } }
const apps: Record<string, MakeApp> = { Express: expressApp, Koa: koaApp, Nest: nestApp }

const logIn = (page: Page | Frame) => post(page, '/session/login', { user: 'jane' })
const refresh = (page: Page) => post(page, '/session/refresh')
const ask = (page: Page | Frame) => send(page, '/api/me')

let browser: Browser
let foreign: Site

/** Tests run side by side, so each has an application and a browser context of its own. */
const it = test.extend<{ open: (app: MakeApp, options?: SessionService['cookie']) => Promise<Stage> }>({
  open: async ({ onTestFinished }, use) => {
    await use(async (app, options = cookie) => {
      const stage = await Stage.open(browser, app, options)
      onTestFinished(() => stage.close())
      return stage
    })
  },
})

describe.skipIf(chromiumPath === undefined).concurrent('Chromium', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    browser = await launchChromium()
    foreign = await startSite()
  })
  afterAll(async () => {
    await browser?.close()
    await foreign?.close()
  })

  describe.each(Object.entries(apps))('with %s', (_, app) => {
    it('COOKIE-1: logs in, calls the API by a cookie that scripts do not see, with a CSRF token where it changes something', async ({
      open,
    }) => {
      const stage = await open(app)
      const page = await stage.openPage()
      expect(await ask(page)).toMatchObject({ status: 401 })
      expect(await post(page, '/session/login', { user: 'john' })).toMatchObject({ status: 401 })
      expect(await stage.context.cookies()).toEqual([])
      expect(await logIn(page)).toMatchObject({ status: 200, body: { expires_in: expect.any(Number) } })

      const inJar = { httpOnly: true, secure: true, path: '/', domain: 'localhost' }
      expect(await stage.cookieNamed('__Host-at')).toMatchObject({ ...inJar, sameSite: 'Lax' })
      expect(await stage.cookieNamed('__Host-rt')).toMatchObject({ ...inJar, sameSite: 'Strict' })
      const [, csrf] = /^__Host-csrf=([\w-]{43})$/.exec(await scriptCookies(page)) ?? []
      expect(csrf).toBeDefined()

      expect(await ask(page)).toEqual({ status: 200, body: { subject: 'jane' } })
      expect(await post(page, '/api/me')).toMatchObject({ status: 403, body: { code: 'csrf_token_refused' } })
      const accepted = await post(page, '/api/me', {}, { 'x-csrf-token': csrf })
      expect(accepted).toEqual({ status: 200, body: { subject: 'jane' } })
    })

    it('COOKIE-2, COOKIE-4: is refused from another port of its host, to which browsers send the same cookies', async ({
      open,
    }) => {
      const stage = await open(app)
      await logIn(await stage.openPage())
      const page = await stage.openPage(`http://localhost:${foreign.port}/blank`)
      const refused = { site: 'same-site', hasAccessToken: true, status: 403 }
      await send(page, `${stage.own}/api/me`, { method: 'POST', credentials: 'include', mode: 'no-cors' })
      expect(stage.lastVisit).toMatchObject(refused)
      await submitForm(page, `${stage.own}/api/me`)
      expect(stage.lastVisit).toMatchObject(refused)
      await page.goto(`http://localhost:${foreign.port}/blank`)
      await submitForm(page, `${stage.own}/session/logout`)
      expect(stage.lastVisit).toMatchObject(refused)
      expect(await stage.cookieNamed('__Host-rt')).toBeDefined()
    })

    it('ISSUER-3: renews its session in two tabs at once: both go on, with one successor', async ({ open }) => {
      const stage = await open(app)
      const first = await stage.openPage()
      await logIn(first)
      const second = await stage.openPage()
      stage.service.meet(2)
      const answers = await Promise.all([refresh(first), refresh(second)])
      expect(answers).toEqual([expect.objectContaining({ status: 200 }), expect.objectContaining({ status: 200 })])
      expect(stage.service.events).toEqual(['issued', 'rotated', 'repeated'])
      for (const page of [first, second]) {
        const csrf = (await scriptCookies(page)).replace('__Host-csrf=', '')
        expect(await post(page, '/api/me', {}, { 'x-csrf-token': csrf })).toMatchObject({ status: 200 })
      }
      stage.service.meet(1)
      expect(await refresh(second)).toMatchObject({ status: 200 })
      expect(stage.service.events.at(-1)).toBe('rotated')
    })

    it('logs out: the cookies are gone, the API refuses, and so it does after the back button', async ({ open }) => {
      const stage = await open(app)
      const page = await stage.openPage()
      await logIn(page)
      await page.goto(stage.own)
      await page.waitForFunction('document.title === "200"')
      await page.goto(`${stage.own}/blank`)
      const refreshToken = await stage.cookieNamed('__Host-rt')
      expect(await post(page, '/session/logout')).toEqual({ status: 204, body: '' })
      expect(await stage.context.cookies()).toEqual([])
      expect(await ask(page)).toMatchObject({ status: 401 })
      await page.goBack()
      await page.waitForFunction('document.title === "401"')
      expect(await post(page, '/session/logout')).toMatchObject({ status: 204 })
      await stage.context.addCookies([refreshToken!])
      expect(await refresh(page)).toMatchObject({ status: 401 })
    })
  })

  it('COOKIE-2: is refused from another site, which cannot even make it send its cookie', async ({ open }) => {
    const stage = await open(expressApp)
    await logIn(await stage.openPage())
    const page = await stage.openPage(`http://127.0.0.1:${foreign.port}/blank`)
    const credentials = { method: 'POST', credentials: 'include' } as const
    await send(page, `${stage.own}/api/me`, { ...credentials, mode: 'no-cors' })
    expect(stage.lastVisit).toMatchObject({ site: 'cross-site', hasAccessToken: false, status: 401 })
    expect(await send(page, `${stage.own}/api/me`, credentials)).toBe('TypeError')
    expect(stage.lastVisit).toMatchObject({ site: 'cross-site', hasAccessToken: false, status: 401 })
    const preflighted = { ...credentials, headers: { 'x-csrf-token': 'x' } }
    expect(await send(page, `${stage.own}/api/me`, preflighted)).toBe('TypeError')
    expect(stage.lastVisit).toMatchObject({ method: 'OPTIONS' })
    await submitForm(page, `${stage.own}/api/me`)
    expect(stage.lastVisit).toMatchObject({ method: 'POST', site: 'cross-site', status: 401 })
  })

  it('COOKIE-2: is not logged in as somebody else by another site', async ({ open }) => {
    const stage = await open(expressApp)
    for (const host of ['127.0.0.1', 'localhost']) {
      const page = await stage.openPage(`http://${host}:${foreign.port}/blank`)
      await submitForm(page, `${stage.own}/session/login`, { user: 'jane' })
      expect(stage.lastVisit).toMatchObject({ path: '/session/login', status: 403 })
    }
    expect(await stage.context.cookies()).toEqual([])
  })

  it('ISSUER-3: loses its session when somebody replays a refresh token that was stolen', async ({ open }) => {
    const stage = await open(expressApp)
    const page = await stage.openPage()
    await logIn(page)
    const stolen = await stage.cookieNamed('__Host-rt')
    await refresh(page)
    await refresh(page)
    const thief = await browser.newContext()
    await thief.addCookies([stolen!])
    const lair = await thief.newPage()
    await lair.goto(`${stage.own}/blank`)
    expect(await refresh(lair)).toMatchObject({ status: 401 })
    expect(await thief.cookies()).toEqual([])
    await thief.close()
    expect(stage.service.events.at(-1)).toBe('reused')
    expect(await refresh(page)).toMatchObject({ status: 401 })
    expect(await stage.context.cookies()).toEqual([])
  })

  it('COOKIE-3: keeps a cookie of exactly 4,096 bytes, and never gets a larger one', async ({ open }) => {
    const stage = await open(expressApp, { name: '__Host-at', refreshCookie: '__Host-rt' })
    const page = await stage.openPage()
    const attributes = '__Host-at=; Path=/; Max-Age=300; Secure; HttpOnly; SameSite=Lax'.length
    const size = 4096 - attributes
    expect(await post(page, '/session/login', { size: String(size + 1) })).toMatchObject({
      status: 500,
      body: { code: 'cookie_too_large' },
    })
    expect(await stage.context.cookies()).toEqual([])
    expect(await post(page, '/session/login', { size: String(size) })).toMatchObject({ status: 200 })
    expect((await stage.cookieNamed('__Host-at'))?.value).toHaveLength(size)
  })

  it('keeps a session apart for each site that embeds the application, where its cookies are partitioned', async ({
    open,
  }) => {
    const stage = await open(expressApp, { ...cookie, sameSite: 'None', partitioned: true })
    const page = await stage.openPage(`http://127.0.0.1:${foreign.port}/blank`)
    await page.setContent(`<iframe src="${stage.own}/blank"></iframe>`)
    const frame = await page.waitForSelector('iframe').then((handle) => handle.contentFrame())
    await frame!.waitForURL(`${stage.own}/blank`)
    expect(await logIn(frame!)).toMatchObject({ status: 200 })
    expect(await ask(frame!)).toMatchObject({ status: 200 })
    expect(await ask(await stage.openPage())).toMatchObject({ status: 401 })
  })
})
