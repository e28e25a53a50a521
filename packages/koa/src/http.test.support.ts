import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { createRequire } from 'node:module'
import Koa, { type Middleware } from 'koa'
import { onTestFinished } from 'vitest'

const require = createRequire(import.meta.url)

/** Each behaviour is the same on both. */
export const versions = [
  { version: 'Koa 3', Koa },
  // It has no types; what is used of it has those of Koa 3.
  { version: 'Koa 2', Koa: require('koa2') as typeof Koa },
]

export function appOf(Application: typeof Koa, ...middlewares: readonly Middleware[]): Koa {
  const app = new Application()
  for (const middleware of middlewares) app.use(middleware)
  return app
}

/** Serves until the test is finished, on a free port. */
export async function serve(app: Koa): Promise<{ readonly origin: string; readonly server: Server }> {
  const callback = app.callback()
  const server = createServer((req, res) => void callback(req, res))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

/** An answer as it is compared in tests. */
export interface Answer {
  readonly status: number
  readonly challenge: string | null
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

/** Serves for one request. */
export async function ask(app: Koa, path = '/', init: RequestInit = {}): Promise<Answer> {
  const { origin } = await serve(app)
  return get(origin + path, init)
}

export async function get(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000), ...init })
  const { status, headers } = response
  const content = await response.text()
  const isJson = headers.get('content-type')?.includes('json') === true && content !== ''
  return {
    status,
    challenge: headers.get('www-authenticate'),
    headers,
    text: content,
    body: isJson ? JSON.parse(content) : undefined,
  }
}

/** Sends header lines as they are, which no client would; resolves with the whole answer. */
export async function sendRaw(origin: string, ...lines: readonly string[]): Promise<string> {
  const socket = await openSocket(origin)
  socket.write([...lines, 'Host: api.test', 'Connection: close', '', ''].join('\r\n'), 'latin1')
  return text(socket)
}

export async function openSocket(origin: string): Promise<Socket> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}
