import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An API that listens on a loopback port. */
export interface Api {
  readonly port: number
  close(): Promise<void>
}

export async function listen(listener: RequestListener): Promise<Api> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
