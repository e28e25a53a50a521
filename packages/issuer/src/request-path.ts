import type { IncomingMessage } from 'node:http'

/** Express takes the path that a handler is mounted at out of `url`, and keeps the whole in `originalUrl`. */
export function pathOf(req: IncomingMessage & { readonly originalUrl?: unknown }): string {
  const url = typeof req.originalUrl === 'string' ? req.originalUrl : (req.url ?? '')
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
