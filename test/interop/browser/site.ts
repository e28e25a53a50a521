import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as the server got it. */
export interface Visit {
  readonly method: string | undefined
  readonly path: string | undefined
  /** What the browser says about where it comes from. */
  readonly site: string | undefined
  readonly hasAccessToken: boolean
  readonly status: number
}

/** A site on a free loopback port; `localhost` and `127.0.0.1` are different sites to a browser. */
export interface Site {
  readonly port: number
  /** Requests to the application, oldest first. */
  readonly visits: readonly Visit[]
  close(): Promise<void>
}

/** Shows in its title what the API says. */
const page = `<!doctype html><title>…</title><script>
fetch('/api/me').then(({ status }) => { document.title = String(status) })
</script>`

/** Of another site, which knows nothing of the application. */
const blank = '<!doctype html><title>blank</title>'

/** Serves a page at `/`, a blank one at `/blank`, and an application, if there is one, below `/api` and `/session`. */
export async function startSite(application: RequestListener = (_, res) => res.writeHead(404).end()): Promise<Site> {
  const visits: Visit[] = []
  const server = createServer((request, response) => {
    const { method, url: path, headers } = request
    if (path === '/' || path === '/blank') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      response.end(path === '/' ? page : blank)
      return
    }
    if (path === '/favicon.ico') {
      response.writeHead(204).end()
      return
    }
    const site = headers['sec-fetch-site'] as string | undefined
    const hasAccessToken = headers.cookie?.includes('__Host-at=') ?? false
    response.once('finish', () => visits.push({ method, path, site, hasAccessToken, status: response.statusCode }))
    application(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    visits,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
