import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Fields } from './way.ts'

/** Starts a server on a free loopback port, which serves by what is made with its origin. */
export async function serve(
  make: (origin: string) => RequestListener | Promise<RequestListener>,
): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const server: Server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.on('request', await make(origin))
  return {
    origin,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** What a page of the application sends with a POST. */
export const ownPage: Fields = { 'sec-fetch-site': 'same-origin', 'x-forwarded-proto': 'https' }

export async function post(url: string, fields: Fields, body?: object): Promise<Response> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...fields, ...json },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  await response.arrayBuffer()
  return response
}

export async function isAdmitted(origin: string, fields: Fields): Promise<boolean> {
  const response = await fetch(`${origin}/me`, { headers: fields })
  await response.arrayBuffer()
  return response.ok
}

/** The cookies that a response sets, by name. */
export function cookiesOf(response: Response): ReadonlyMap<string, string> {
  return new Map(
    response.headers.getSetCookie().map((field) => {
      const [pair = ''] = field.split(';')
      return [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
    }),
  )
}

/** Whether a text may stand in a header field at all. */
export function fitsIntoField(text: string): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(text)
}
