import type { RequestListener } from 'node:http'
import type { Browser, BrowserContext, Cookie, Page } from 'playwright-core'
import { createSessionService, type SessionService } from './session-service.ts'
import { type Site, startSite, type Visit } from './site.ts'

/** Makes the application of a framework. */
export type MakeApp = (service: SessionService) => RequestListener | Promise<RequestListener>

/** An application and a user's browser, both new. */
export class Stage {
  readonly context: BrowserContext
  readonly service: SessionService
  readonly #site: Site

  private constructor(context: BrowserContext, service: SessionService, site: Site) {
    this.context = context
    this.service = service
    this.#site = site
  }

  static async open(browser: Browser, makeApp: MakeApp, cookie: SessionService['cookie']): Promise<Stage> {
    const service = await createSessionService(cookie)
    const site = await startSite(await makeApp(service))
    return new Stage(await browser.newContext(), service, site)
  }

  /** The origin of the application. */
  get own(): string {
    return `http://localhost:${this.#site.port}`
  }

  async openPage(url = `${this.own}/blank`): Promise<Page> {
    const page = await this.context.newPage()
    await page.goto(url)
    return page
  }

  async cookieNamed(name: string): Promise<Cookie | undefined> {
    return (await this.context.cookies()).find((cookie) => cookie.name === name)
  }

  /** The last request to the application that was answered. */
  get lastVisit(): Visit | undefined {
    return this.#site.visits.at(-1)
  }

  async close(): Promise<void> {
    await this.context.close()
    await this.#site.close()
  }
}
