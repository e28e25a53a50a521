import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pathOf } from './request-path.ts'

/** A public JSON document. */
export interface PublicDocument {
  readonly contentType: string
  /** Asked for each response, so that keys may come and go. */
  readonly content: () => unknown
  /** How long caches may keep it. Default: as long as the other documents. */
  readonly maxAgeSeconds?: () => number
  /** Waited for before the content is asked for. */
  readonly keepUp?: () => Promise<void>
}

/**
 * Serves public documents by path, for `GET` and `HEAD`, with `Cache-Control` and `ETag` (RFC 9110 §8.8.3).
 *
 * Other paths are 404, other methods 405, and a document that cannot be had at the moment is 503. It works wherever Node.js requests do: in `http.createServer`, and mounted in
 * Express at any path.
 */
export function createDocumentHandler(
  documents: ReadonlyMap<string, PublicDocument>,
  maxAgeSeconds: number,
): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    const document = documents.get(pathOf(req))
    if (document === undefined) return refuse(res, 404)
    if (req.method !== 'GET' && req.method !== 'HEAD') return refuse(res, 405, { allow: 'GET, HEAD' })
    const answer = () => respond(document, maxAgeSeconds, req, res)
    if (document.keepUp === undefined) return answer()
    document
      .keepUp()
      .then(answer)
      .catch(() => refuse(res, 503, { 'retry-after': '5' }))
  }
}

function respond(document: PublicDocument, maxAgeSeconds: number, req: IncomingMessage, res: ServerResponse): void {
  if (isAnswered(res)) return
  const body = Buffer.from(JSON.stringify(document.content()))
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
  const maxAge = Math.min(maxAgeSeconds, document.maxAgeSeconds?.() ?? maxAgeSeconds)
  const validators = { 'cache-control': `public, max-age=${maxAge}`, etag }
  if (hasMatch(req.headers['if-none-match'], etag)) {
    res.writeHead(304, validators).end()
    return
  }
  const headers = { ...validators, 'content-type': document.contentType, 'content-length': body.length }
  res.writeHead(200, headers).end(req.method === 'HEAD' ? undefined : body)
}

/** RFC 9110 §13.1.2: a weak comparison. */
function hasMatch(field: string | undefined, etag: string): boolean {
  if (field === undefined) return false
  return field.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()))
}

const errors = { 404: 'not_found', 405: 'method_not_allowed', 503: 'temporarily_unavailable' } as const

function refuse(
  res: ServerResponse,
  status: keyof typeof errors,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (isAnswered(res)) return
  const body = JSON.stringify({ error: errors[status] })
  res.writeHead(status, { ...headers, 'cache-control': 'no-store', 'content-type': 'application/json' }).end(body)
}

/** While the content was waited for, somebody may have answered, or the client gone. */
function isAnswered({ headersSent, destroyed }: ServerResponse): boolean {
  return headersSent || destroyed
}
