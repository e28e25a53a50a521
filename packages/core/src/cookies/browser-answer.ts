/** The whole of a response to a page of ours, for every framework alike. */
export interface BrowserAnswer {
  readonly status: 200 | 204 | 303 | 405
  /** Header fields by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Values of `Set-Cookie` fields, to be added to those that are there. */
  readonly cookies: readonly string[]
  /** To be sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

const noStore = { 'cache-control': 'no-store' } as const

export function answerOk(cookies: readonly string[], body: Readonly<Record<string, unknown>>): BrowserAnswer {
  return { status: 200, headers: noStore, cookies, body }
}

export function answerNothing(cookies: readonly string[]): BrowserAnswer {
  return { status: 204, headers: noStore, cookies }
}

/** Also after a form was sent: the page that follows is fetched with GET. */
export function answerRedirect(cookies: readonly string[], location: string): BrowserAnswer {
  return { status: 303, headers: { ...noStore, location }, cookies }
}

export const methodRefused: BrowserAnswer = {
  status: 405,
  headers: { ...noStore, allow: 'POST' },
  cookies: [],
  body: { error_description: 'Only POST is answered here' },
}
