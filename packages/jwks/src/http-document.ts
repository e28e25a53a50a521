import { Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as http } from 'node:http'
import { Agent as SecureAgent, request as https } from 'node:https'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { FetchFault } from './fetch-fault.ts'
import { retryAfterMs } from './http-dates.ts'
import { nameOfUrl } from './url.ts'

/** KEYS-1 */
const maxRedirects = 3

export interface DocumentRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly maxBytes: number
  readonly connectTimeoutMs: number
  readonly agent: Agent | undefined
  /** Ends the request, body included; its reason is thrown. */
  readonly signal: AbortSignal
  /** Called as soon as the request can be sent. */
  readonly onConnected?: (() => void) | undefined
}

export interface DocumentResponse {
  /** `undefined` for 304 Not Modified. */
  readonly body: Uint8Array | undefined
  readonly headers: IncomingHttpHeaders
}

/**
 * One document by GET: 200 or 304 only, redirects within the origin only, a bounded body.
 *
 * @throws FetchFault, or the signal's reason
 */
export async function getDocument(url: URL, request: DocumentRequest): Promise<DocumentResponse> {
  let target = url
  for (let redirects = 0; ; redirects++) {
    const response = await send(target, request)
    const { statusCode: status = 0, headers } = response
    if (status === 200) return { body: await readBody(response, request), headers }
    // What else it says is not read.
    response.destroy()
    if (status === 304 && 'if-none-match' in request.headers) return { body: undefined, headers }
    if (status === 304 && 'if-modified-since' in request.headers) return { body: undefined, headers }
    if (![301, 302, 303, 307, 308].includes(status)) {
      throw new FetchFault('status', `${nameOfUrl(target)} answered ${status}`, {
        status,
        retryAfterMs: retryAfterMs(headers),
      })
    }
    if (redirects === maxRedirects) throw new FetchFault('redirect_refused', `more than ${maxRedirects} redirects`)
    target = redirectTarget(target, headers.location)
  }
}

function redirectTarget(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new FetchFault('redirect_refused', `${nameOfUrl(from)} redirects without a valid Location`)
  }
  const target = new URL(location, from)
  if (target.origin === from.origin && target.username === '' && target.password === '') return target
  throw new FetchFault('redirect_refused', `${nameOfUrl(from)} redirects to another origin`)
}

function send(
  url: URL,
  { headers, connectTimeoutMs, agent, signal, onConnected }: DocumentRequest,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    // TLS certificates are verified whatever the environment says; only a given agent can decide otherwise.
    const secure = url.protocol === 'https:'
    const options = { headers: { ...fixedHeaders, ...headers }, agent: agent ?? ownAgent(secure) }
    const request = secure ? https(url, { ...options, rejectUnauthorized: true }) : http(url, options)
    // Whoever awaits the keys holds the process; a refresh in the background does not.
    if (agent === undefined) request.once('socket', (socket) => socket.unref())
    const abort = () => request.destroy(signal.reason as Error)
    signal.addEventListener('abort', abort)
    request.once('close', () => signal.removeEventListener('abort', abort))
    limitConnecting(request, connectTimeoutMs, onConnected)
    request.once('error', reject)
    request.once('response', (response) => {
      // Errors from here on are those of the body, which is read or thrown away.
      request.on('error', () => {})
      resolve(response)
    })
    request.end()
  })
}

/** One for each request: no socket outlives it, and neither a proxy nor another global agent comes in between. */
function ownAgent(secure: boolean): Agent {
  return secure ? new SecureAgent({ keepAlive: false }) : new Agent({ keepAlive: false })
}

const fixedHeaders = {
  accept: 'application/jwk-set+json, application/json',
  'accept-encoding': 'identity',
  'user-agent': '@sallyport/jwks',
}

function limitConnecting(request: ClientRequest, connectTimeoutMs: number, onConnected?: () => void): void {
  const tooLong = () => request.destroy(new FetchFault('timeout', `no connection within ${connectTimeoutMs} ms`))
  const timer = setTimeout(tooLong, connectTimeoutMs)
  timer.unref()
  const connected = () => {
    clearTimeout(timer)
    onConnected?.()
  }
  request.once('close', () => clearTimeout(timer))
  request.once('socket', (socket) => {
    if (!socket.connecting) return connected()
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connected)
  })
}

async function readBody(response: IncomingMessage, { maxBytes, signal }: DocumentRequest): Promise<Uint8Array> {
  const tooLarge = new FetchFault('too_large', `the body is larger than ${maxBytes} bytes`)
  try {
    if (Number(response.headers['content-length']) > maxBytes) throw tooLarge
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of decoded(response) as AsyncIterable<Uint8Array>) {
      length += chunk.length
      if (length > maxBytes) throw tooLarge
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    response.destroy()
  }
}

/** Servers that compress although they were asked not to. */
function decoded(response: IncomingMessage): AsyncIterable<unknown> {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return response
  const decompress = encoding === 'gzip' ? createGunzip() : encoding === 'br' ? createBrotliDecompress() : undefined
  if (decompress === undefined) throw new FetchFault('encoding_refused', 'the content encoding is none of gzip, br')
  response.once('error', (error) => decompress.destroy(error))
  response.once('close', () => {
    if (!response.complete) decompress.destroy(new Error('aborted'))
  })
  return response.pipe(decompress)
}
