import { type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { codeOf } from '../../failure.ts'

/** What a server has answered. */
export interface Answer {
  readonly url: URL
  readonly status: number
  readonly headers: AnswerHeaders
  /** As text; at most as much as was asked for. */
  readonly body: string
  /** Whether there was more of it. */
  readonly isTruncated: boolean
  /** Milliseconds since the epoch, in the middle of the exchange. */
  readonly atMs: number
  readonly roundTripMs: number
}

/** Header fields, names in lower case, each as often as it came. */
export interface AnswerHeaders {
  all(name: string): readonly string[]
  first(name: string): string | undefined
}

/** There was no answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly kind: 'network' | 'certificate' | 'timeout' | 'protocol'

  constructor(kind: NoAnswer['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

export interface ClientOptions {
  /** For each exchange, its redirects included. */
  readonly timeoutMs: number
  /** Certificates of authorities to be trusted besides, as PEM. */
  readonly ca?: string | undefined
  readonly now: () => number
}

export interface ExchangeOptions {
  readonly method?: 'GET' | 'OPTIONS'
  readonly headers?: Readonly<Record<string, string>>
  readonly maxBytes?: number
  /** Whether redirects within the origin are followed. Others never are. */
  readonly redirects?: 'follow' | 'show'
}

export interface HttpClient {
  /** @throws NoAnswer */
  send(url: URL, options?: ExchangeOptions): Promise<Answer>
}

const maxRedirects = 3
const maxBodyBytes = 524_288

/** Sends bounded requests that carry nothing of the user, each over a connection of its own. */
export function createHttpClient(client: ClientOptions): HttpClient {
  return {
    send: async (url, options = {}) => {
      const signal = AbortSignal.timeout(client.timeoutMs)
      try {
        return await follow(url, options, client, signal)
      } catch (error) {
        throw signal.aborted ? new NoAnswer('timeout', `no answer in ${client.timeoutMs / 1000} s`) : asNoAnswer(error)
      }
    },
  }
}

async function follow(
  start: URL,
  options: ExchangeOptions,
  client: ClientOptions,
  signal: AbortSignal,
): Promise<Answer> {
  let url = start
  for (let hops = 0; ; hops++) {
    const answer = await exchange(url, options, client, signal)
    const location = answer.headers.first('location')
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined
    if (!isRedirect || options.redirects !== 'follow' || hops === maxRedirects) return answer
    if (!URL.canParse(location, url.href)) return answer
    const target = new URL(location, url)
    if (target.origin !== url.origin) return answer
    url = target
  }
}

async function exchange(
  url: URL,
  options: ExchangeOptions,
  client: ClientOptions,
  signal: AbortSignal,
): Promise<Answer> {
  const { method = 'GET', headers = {}, maxBytes = maxBodyBytes } = options
  const sentAt = client.now()
  const settings: RequestOptions & { readonly ca?: string } = {
    method,
    headers: {
      'user-agent': 'sallyport-doctor',
      accept: 'application/json, */*;q=0.1',
      'accept-encoding': 'identity',
      ...headers,
    },
    agent: false,
    signal,
    ...(client.ca !== undefined && { ca: client.ca }),
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    send(url, settings, resolve).once('error', reject).end()
  })
  const receivedAt = client.now()
  const { text, isTruncated } = await readBody(response, maxBytes)
  return {
    url,
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    body: text,
    isTruncated,
    atMs: (sentAt + receivedAt) / 2,
    roundTripMs: receivedAt - sentAt,
  }
}

async function readBody(response: IncomingMessage, maxBytes: number) {
  const chunks: Buffer[] = []
  let length = 0
  let isTruncated = false
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    chunks.push(chunk)
    if (length <= maxBytes) continue
    isTruncated = true
    break
  }
  response.destroy()
  return { text: Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8'), isTruncated }
}

function headersOf({ headersDistinct }: IncomingMessage): AnswerHeaders {
  const all = (name: string) => headersDistinct[name] ?? []
  return { all, first: (name) => all(name)[0] }
}

/** Codes of OpenSSL and Node.js about certificates. */
const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|HOSTNAME_MISMATCH|CRL/

function asNoAnswer(error: unknown): NoAnswer {
  const code = codeOf(error) ?? 'unknown'
  if (certificateCode.test(code)) return new NoAnswer('certificate', `its certificate is not trusted (${code})`)
  if (code.startsWith('HPE_')) return new NoAnswer('protocol', `its answer is no HTTP that can be read (${code})`)
  return new NoAnswer('network', `it cannot be reached (${code})`)
}
