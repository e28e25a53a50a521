import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The issuer's own server: its metadata (RFC 8414) and its key set. */
export interface AuthorizationServer {
  readonly metadataUrl: string
  close(): Promise<void>
}

export async function startAuthorizationServer(issuer: string, keys: readonly object[]): Promise<AuthorizationServer> {
  let origin = ''
  const server = createServer((req, res) => {
    const document = req.url === '/jwks' ? { keys } : { issuer, jwks_uri: `${origin}/jwks` }
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify(document))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    metadataUrl: `${origin}/metadata`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
