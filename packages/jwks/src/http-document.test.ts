import { Agent as HttpAgent, globalAgent } from 'node:http'
import http from 'node:http'
import { Agent, createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Answer, answers, startAuthority } from './authority.test.support.ts'
import { makeCertificate } from './certificate.test.support.ts'
import type { FetchFault } from './fetch-fault.ts'
import { type DocumentRequest, getDocument } from './http-document.ts'
import { until } from './time.test.support.ts'

const never = new AbortController().signal
const request: DocumentRequest = {
  headers: {},
  maxBytes: 1_024,
  connectTimeoutMs: 2_000,
  agent: undefined,
  signal: never,
}
const get = (url: string, more: Partial<DocumentRequest> = {}) => getDocument(new URL(url), { ...request, ...more })
const faultOf = async (outcome: Promise<unknown>) =>
  (await outcome.then(
    () => undefined,
    (error) => error,
  )) as FetchFault

/** What is got of a server that answers so. */
async function got(answer: Answer, more?: Partial<DocumentRequest>): Promise<string> {
  const as = await startAuthority()
  as.answer = answer
  return Buffer.from((await get(as.url, more)).body ?? []).toString()
}

/** Listens on a free port until the test ends. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

describe('getDocument', () => {
  it('gets a document by GET, says who asks, and wants JSON', async () => {
    const as = await startAuthority()
    const { body, headers } = await get(as.url, { headers: { 'if-none-match': '"a"' } })
    expect(JSON.parse(Buffer.from(body!).toString())).toEqual({ keys: [as.keys[0]!.jwk] })
    expect(headers.connection).toBe('close')
    expect(as.requests[0]).toMatchObject({
      path: '/jwks',
      headers: {
        accept: 'application/jwk-set+json, application/json',
        'accept-encoding': 'identity',
        'user-agent': '@sallyport/jwks',
        'if-none-match': '"a"',
      },
    })
  })

  it.each([204, 206, 300, 304, 400, 401, 403, 404, 429, 500, 502, 503])(
    'KEYS-4: takes %d for a fault',
    async (status) => {
      const as = await startAuthority()
      as.answer = answers.status(status, { 'retry-after': '7' })
      const fault = await faultOf(get(`${as.url}?key=secret`))
      expect(fault).toMatchObject({ reason: 'status', status, retryAfterMs: 7_000 })
      expect(fault.message).toBe(`${as.url} answered ${status}`)
    },
  )

  it.each(['if-none-match', 'if-modified-since'])('takes 304 for an answer to %s', async (name) => {
    const as = await startAuthority()
    as.answer = answers.status(304, { etag: '"a"' })
    expect(await get(as.url, { headers: { [name]: 'x' } })).toMatchObject({ body: undefined, headers: { etag: '"a"' } })
  })

  it.each([301, 302, 303, 307, 308])(
    'KEYS-1: follows %d within the origin, with the same header fields',
    async (status) => {
      const as = await startAuthority()
      as.answer = (response, incoming, authority) => {
        const answer = incoming.url === '/jwks' ? answers.redirect('/jwks/2', status) : answers.keySet
        answer(response, incoming, authority)
      }
      await get(as.url, { headers: { 'if-none-match': '"a"' } })
      expect(as.requests.map(({ path, headers }) => [path, headers['if-none-match']])).toEqual([
        ['/jwks', '"a"'],
        ['/jwks/2', '"a"'],
      ])
    },
  )

  it('KEYS-1: follows three redirects, and no fourth', async () => {
    const as = await startAuthority()
    const chain =
      (length: number): Answer =>
      (response, incoming, authority) => {
        const hop = Number(incoming.url?.split('/')[2] ?? 0)
        const answer = hop === length ? answers.keySet : answers.redirect(`/jwks/${hop + 1}`)
        answer(response, incoming, authority)
      }
    as.answer = chain(3)
    expect((await get(as.url)).body).toBeDefined()
    as.answer = chain(4)
    expect(await faultOf(get(as.url))).toMatchObject({ reason: 'redirect_refused', message: 'more than 3 redirects' })
  })

  it('KEYS-1: follows no redirect to another origin', async () => {
    const as = await startAuthority()
    const other = await startAuthority()
    const { host } = new URL(as.url)
    const elsewhere = [
      other.url,
      `http://localhost:${as.port}/jwks`,
      `https://${host}/jwks`,
      `//evil.example/jwks`,
      `http://user:pass@${host}/jwks`,
      'file:///etc/passwd',
      'http://',
      '',
    ]
    for (const location of elsewhere) {
      as.answer = location === '' ? answers.status(302) : answers.redirect(location)
      const fault = await faultOf(get(as.url))
      expect(fault).toMatchObject({ reason: 'redirect_refused' })
      expect(fault.message).not.toContain('evil')
    }
    expect(as.fetches).toBe(elsewhere.length)
    expect(other.fetches).toBe(0)
  })

  it('KEYS-1: takes a body of maxBytes, and refuses one byte more', async () => {
    const chunked = (length: number): Answer => {
      return (response) => {
        response.write('x'.repeat(length - 1))
        response.end('x')
      }
    }
    expect(await got(answers.body('x'.repeat(1_024)))).toHaveLength(1_024)
    expect(await got(chunked(1_024))).toHaveLength(1_024)
    for (const answer of [answers.body('x'.repeat(1_025)), chunked(1_025)]) {
      expect(await faultOf(got(answer))).toMatchObject({
        reason: 'too_large',
        message: 'the body is larger than 1024 bytes',
      })
    }
  })

  it('KEYS-1: reads nothing of a body that is announced to be larger', async () => {
    const announced: Answer = (response) => response.writeHead(200, { 'content-length': '1025' }).flushHeaders()
    expect(await faultOf(got(announced))).toMatchObject({ reason: 'too_large' })
  })

  it('KEYS-1: stops reading a body that has no end', async () => {
    let written = 0
    const endless: Answer = (response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) written += 16_384
      }
      response.on('drain', write)
      write()
    }
    expect(await faultOf(got(endless))).toMatchObject({ reason: 'too_large' })
    expect(written).toBeLessThan(20_000_000)
  })

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('KEYS-1: unpacks %s that it did not ask for, and bounds what comes out', async (encoding, pack) => {
    const packed = (text: string) => answers.body(pack(text), { 'content-encoding': encoding })
    expect(await got(packed('{"keys":[]}'))).toBe('{"keys":[]}')
    expect(await got(packed('x'.repeat(1_024)))).toHaveLength(1_024)
    const bomb = pack(Buffer.alloc(5_000_000))
    expect(bomb.length).toBeLessThan(30_000)
    const before = process.memoryUsage().arrayBuffers
    const fault = await faultOf(got(answers.body(bomb, { 'content-encoding': encoding }), { maxBytes: 100_000 }))
    expect(fault).toMatchObject({ reason: 'too_large' })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000)
  })

  it('refuses other encodings, and takes none for what it is', async () => {
    const deflated = answers.body(deflateSync('{}'), { 'content-encoding': 'deflate' })
    expect(await faultOf(got(deflated))).toMatchObject({ reason: 'encoding_refused' })
    expect(await faultOf(got(answers.body('{}', { 'content-encoding': 'gzip, br' })))).toMatchObject({
      reason: 'encoding_refused',
    })
    expect(await got(answers.body('{}', { 'content-encoding': 'Identity' }))).toBe('{}')
    expect(await got(answers.body(gzipSync('{}'), { 'content-encoding': 'GZIP' }))).toBe('{}')
  })

  it.each([
    ['is cut before the answer', answers.cut, 'ECONNRESET'],
    [
      'is cut within the body',
      ((response) => {
        response.write('{', () => response.socket?.destroy())
      }) satisfies Answer,
      'ECONNRESET',
    ],
    [
      'is shorter than it says',
      ((response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('{}', () => response.socket?.destroy())
      }) satisfies Answer,
      'ECONNRESET',
    ],
    [
      'is half a gzip',
      answers.body(gzipSync('{"keys":[]}').subarray(0, 15), { 'content-encoding': 'gzip' }),
      'Z_BUF_ERROR',
    ],
    ['is no gzip', answers.body('{"keys":[]}', { 'content-encoding': 'gzip' }), 'Z_DATA_ERROR'],
    [
      'is no HTTP',
      ((response) => {
        response.socket?.end('SSH-2.0-OpenSSH\r\n\r\n')
      }) satisfies Answer,
      'HPE_INVALID_CONSTANT',
    ],
    [
      'has a header field of 100 kB',
      ((response) => {
        response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`)
      }) satisfies Answer,
      'HPE_HEADER_OVERFLOW',
    ],
  ])('KEYS-4: takes it for a fault when the answer %s', async (_, answer, code) => {
    expect(await faultOf(got(answer))).toMatchObject({ code })
  })

  it('KEYS-1: ends with its signal, while it waits and while it reads', async () => {
    const as = await startAuthority()
    for (const [index, answer] of [answers.hang, answers.drip].entries()) {
      as.answer = answer
      const controller = new AbortController()
      const outcome = faultOf(get(as.url, { signal: controller.signal }))
      await until(() => as.fetches === index + 1 && as.isHolding)
      controller.abort(new Error('over'))
      expect((await outcome).message).toBe('over')
    }
    const aborted = AbortSignal.abort(new Error('before'))
    expect((await faultOf(get(as.url, { signal: aborted }))).message).toBe('before')
    expect(as.fetches).toBe(2)
  })

  it('KEYS-1: bounds the time until a connection stands, TLS included', async () => {
    const port = await listen(createServer(() => {}))
    const fault = await faultOf(get(`https://127.0.0.1:${port}/jwks`, { connectTimeoutMs: 60 }))
    expect(fault).toMatchObject({ reason: 'timeout', message: 'no connection within 60 ms' })
  })

  it('says when the request is on its way', async () => {
    const as = await startAuthority()
    const onConnected = vi.fn<() => void>()
    await get(as.url, { onConnected })
    expect(onConnected).toHaveBeenCalledOnce()
    await as.stop()
    await faultOf(get(as.url, { onConnected }))
    expect(onConnected).toHaveBeenCalledOnce()
    await as.listen()
  })

  it('KEYS-1: verifies certificates whatever the environment says, and a private CA comes with an agent', async () => {
    const { cert, key } = makeCertificate()
    const server = createSecureServer({ cert, key }, (_, response) => response.end('{}'))
    const url = `https://127.0.0.1:${await listen(server)}/jwks`
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => void vi.unstubAllEnvs())
    onTestFinished(() => void vi.restoreAllMocks())
    expect(await faultOf(get(url))).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    vi.unstubAllEnvs()
    const agent = new Agent({ ca: cert })
    expect(Buffer.from((await get(url, { agent })).body!).toString()).toBe('{}')
    agent.destroy()
  })

  it('KEYS-1: goes through no agent but the one that is given', async () => {
    class Hijacker extends HttpAgent {
      override createConnection(): never {
        throw new Error('hijacked')
      }
    }
    const as = await startAuthority()
    http.globalAgent = new Hijacker()
    onTestFinished(() => void (http.globalAgent = globalAgent))
    expect((await get(as.url)).body).toBeDefined()
    expect((await faultOf(get(as.url, { agent: new Hijacker() }))).message).toBe('hijacked')
  })

  it('leaves no socket', async () => {
    const as = await startAuthority()
    await get(as.url)
    for (const answer of [
      answers.status(500),
      answers.redirect('http://evil.example/'),
      answers.body('x'.repeat(9_999)),
    ]) {
      as.answer = answer
      await faultOf(get(as.url))
    }
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap')
    await vi.waitFor(() => expect(sockets()).toEqual([]))
  })
})
