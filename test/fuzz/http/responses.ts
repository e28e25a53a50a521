/** A response as read by a strict parser. */
export interface Response {
  readonly status: number
  readonly fields: ReadonlyMap<string, string>
  readonly body: string
}

/** The bytes are no sequence of well-formed responses. */
export class MalformedResponseError extends Error {}

/**
 * Reads every response of a connection (RFC 9112 §4 to §7), and nothing but responses.
 *
 * @param methods of the requests, in their order: a response to HEAD has no body
 */
export function parseResponses(bytes: Buffer, methods: readonly string[]): Response[] {
  const text = bytes.toString('latin1')
  const responses: Response[] = []
  let at = 0
  while (at < text.length) {
    const end = text.indexOf('\r\n\r\n', at)
    if (end === -1) throw new MalformedResponseError('a head that does not end')
    const { status, fields } = parseHead(text.slice(at, end))
    at = end + 4
    if (status >= 100 && status < 200) continue
    const isBodiless = status === 204 || status === 304 || methods[responses.length] === 'HEAD'
    const { body, next } = isBodiless ? { body: '', next: at } : parseBody(text, at, fields)
    at = next
    responses.push({ status, fields, body })
  }
  return responses
}

function parseHead(head: string): { readonly status: number; readonly fields: Map<string, string> } {
  const [statusLine = '', ...lines] = head.split('\r\n')
  const status = /^HTTP\/1\.1 ([1-5]\d\d) [\t\x20-\x7e]*$/.exec(statusLine)?.[1]
  if (status === undefined) throw new MalformedResponseError('a status line that is none')
  const fields = new Map<string, string>()
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ?([\t\x20-\x7e]*)$/.exec(line) ?? []
    if (name === undefined) throw new MalformedResponseError('a field line that is none')
    if (fields.has(name.toLowerCase())) throw new MalformedResponseError(`two fields ${name}`)
    fields.set(name.toLowerCase(), value ?? '')
  }
  return { status: Number(status), fields }
}

function parseBody(text: string, start: number, fields: ReadonlyMap<string, string>) {
  if (fields.get('transfer-encoding') === 'chunked') return parseChunks(text, start)
  const length = fields.get('content-length')
  // Without a length it ends with the connection.
  if (length === undefined) return { body: text.slice(start), next: text.length }
  const next = start + Number(length)
  if (!/^\d+$/.test(length) || next > text.length) throw new MalformedResponseError('a body of another length')
  return { body: text.slice(start, next), next }
}

function parseChunks(text: string, start: number) {
  let body = ''
  for (let at = start; ;) {
    const end = text.indexOf('\r\n', at)
    const size = /^[0-9a-f]+$/i.test(text.slice(at, end)) ? parseInt(text.slice(at, end), 16) : Number.NaN
    const next = end + 2 + size + 2
    if (end === -1 || !(next <= text.length) || text.slice(next - 2, next) !== '\r\n') {
      throw new MalformedResponseError('a chunk that is none')
    }
    if (size === 0) return { body, next }
    body += text.slice(end + 2, next - 2)
    at = next
  }
}
