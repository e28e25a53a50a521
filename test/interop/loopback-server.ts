import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on a free loopback port. */
export interface LoopbackServer {
  readonly origin: string
  /** What was requested, oldest first: `GET /path`. */
  readonly requests: readonly string[]
  /** Serves by another listener from now on. */
  use(listener: RequestListener): void
  close(): Promise<void>
}

export async function startLoopbackServer(listener?: RequestListener): Promise<LoopbackServer> {
  let serve: RequestListener = listener ?? ((_, res) => res.writeHead(404).end())
  const requests: string[] = []
  const server = createServer((req, res) => {
    requests.push(`${req.method} ${req.url}`)
    serve(req, res)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    use: (next) => void (serve = next),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
