import type { Frame, Page } from 'playwright-core'

/** What scripts of a page may know of an answer; the name of the error where they may know nothing. */
type Told = { readonly status: number; readonly body: unknown } | string

/** Sends a request by a script of the page. */
export function send(page: Page | Frame, url: string, init: RequestInit = {}): Promise<Told> {
  return page.evaluate(
    async ([target, options]) => {
      try {
        const response = await fetch(target, options)
        const content = await response.text()
        return { status: response.status, body: content.startsWith('{') ? JSON.parse(content) : content }
      } catch (error) {
        return (error as Error).name
      }
    },
    [url, init] as const,
  )
}

export function post(page: Page | Frame, url: string, body: object = {}, headers: object = {}): Promise<Told> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }
  return send(page, url, { ...init, body: JSON.stringify(body) })
}

/** Submits a form from the page, which no policy about scripts holds back. */
export async function submitForm(page: Page, action: string, fields: Record<string, string> = {}): Promise<void> {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`)
  // The content changes, the origin stays.
  await page.setContent(`<form method="post" action="${action}">${inputs.join('')}</form>`)
  await Promise.all([page.waitForURL(action), page.evaluate('document.forms[0].submit()')])
}

export function scriptCookies(page: Page): Promise<string> {
  return page.evaluate<string>('document.cookie')
}
