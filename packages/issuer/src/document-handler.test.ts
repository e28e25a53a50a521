import { createServer, type IncomingMessage, request as httpRequest, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createDocumentHandler } from './document-handler.ts'
import { createIssuer, type Issuer } from './index.ts'

let server: Server
let origin: string
let current: Issuer

beforeAll(async () => {
  server = createServer((req, res) => current.handler(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  current = await createIssuer({ issuer: origin })
})

afterAll(() => server.close())

describe('the handler', () => {
  it.each(['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'])(
    'serves the metadata at %s (RFC 8414 §3)',
    async (path) => {
      const response = await fetch(origin + path)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(response.headers.get('cache-control')).toBe('public, max-age=300')
      expect(await response.json()).toEqual({
        issuer: origin,
        jwks_uri: `${origin}/.well-known/jwks.json`,
        response_types_supported: [],
        grant_types_supported: [],
      })
    },
  )

  it('serves the JWKS, from which jose verifies a token', async () => {
    const { jwks_uri: address } = current.metadata()
    const response = await fetch(address)
    expect(response.headers.get('content-type')).toBe('application/jwk-set+json')
    expect(await response.json()).toEqual(current.jwks())
    const token = await current.issueAccessToken({ subject: 'u', clientId: 'c', audience: 'https://api.example' })
    await expect(jwtVerify(token, createRemoteJWKSet(new URL(address)), { issuer: origin })).resolves.toBeDefined()
  })

  it.each([(tag: string) => tag, (tag: string) => `W/${tag}`, (tag: string) => `"other", ${tag}`, () => '*'])(
    'answers 304 without a body when the client has the document already (RFC 9110 §13.1.2), form %#',
    async (form) => {
      const address = current.metadata().jwks_uri
      const etag = (await fetch(address)).headers.get('etag') ?? ''
      expect(etag).toMatch(/^"[\w-]{27}"$/)
      const response = await fetch(address, { headers: { 'if-none-match': form(etag) } })
      expect(response.status).toBe(304)
      expect(response.headers.get('etag')).toBe(etag)
      expect(response.headers.get('cache-control')).toBe('public, max-age=300')
      expect(await response.text()).toBe('')
    },
  )

  it('sends the document again when the client has another, and gives other documents other tags', async () => {
    const other = await createIssuer({ issuer: origin })
    const address = current.metadata().jwks_uri
    const etag = (await fetch(address)).headers.get('etag')
    expect((await fetch(address, { headers: { 'if-none-match': '"stale"' } })).status).toBe(200)
    current = other
    expect((await fetch(address)).headers.get('etag')).not.toBe(etag)
  })

  it('answers HEAD like GET, without the body', async () => {
    const get = await fetch(current.metadata().jwks_uri)
    const head = await fetch(current.metadata().jwks_uri, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
    expect(head.headers.get('content-length')).toBe(String((await get.arrayBuffer()).byteLength))
    expect(await head.text()).toBe('')
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('answers %s with 405 and what is allowed', async (method) => {
    const response = await fetch(current.metadata().jwks_uri, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it.each(['/', '/jwks', '/.well-known/jwks.json/', '/.well-known/JWKS.json', '//.well-known/jwks.json', '/__proto__'])(
    'answers %s with 404',
    async (path) => {
      // fetch would change some of these paths
      const response = await new Promise<IncomingMessage>((resolve) => {
        httpRequest(origin, { path, agent: false }, resolve).end()
      })
      response.resume()
      expect(response.statusCode).toBe(404)
      expect(response.headers['cache-control']).toBe('no-store')
    },
  )

  it('leaves a query out of account', async () => {
    expect((await fetch(`${current.metadata().jwks_uri}?time=1`)).status).toBe(200)
  })

  it('finds its documents when it is mounted below a path, as Express does', async () => {
    const mounted = createServer((req, res) => {
      const url = req.url ?? ''
      Object.assign(req, { originalUrl: url })
      req.url = url.replace('/.well-known', '')
      current.handler(req, res)
    })
    await new Promise<void>((resolve) => mounted.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = mounted.address() as AddressInfo
      expect((await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)).status).toBe(200)
    } finally {
      mounted.close()
    }
  })

  it('leaves a response alone that was answered while it waited, and one whose client is gone', async () => {
    const writes: string[] = []
    const unhandled = vi.fn<(error: unknown) => void>()
    process.on('unhandledRejection', unhandled)
    try {
      for (const state of [{ headersSent: true }, { destroyed: true }, {}]) {
        let resolve = () => {}
        const keptUp = new Promise<void>((done) => (resolve = done))
        const document = { contentType: 'application/json', content: () => ({}), keepUp: () => keptUp }
        const handler = createDocumentHandler(new Map([['/', document]]), 300)
        const response = {
          writeHead: () => {
            writes.push(JSON.stringify(state))
            if ('headersSent' in state) throw new Error('headers are sent')
            return response
          },
          end: () => {},
        }
        handler({ method: 'GET', url: '/', headers: {} } as IncomingMessage, response as unknown as ServerResponse)
        Object.assign(response, state)
        resolve()
        await new Promise((done) => setImmediate(done))
      }
      expect(writes).toEqual(['{}'])
      expect(unhandled).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })

  it('answers 503 where a document cannot be had at the moment', async () => {
    const content = () => {
      throw new Error('not now')
    }
    const document = { contentType: 'application/json', content, keepUp: async () => {} }
    const unavailable = createServer(createDocumentHandler(new Map([['/', document]]), 300))
    await new Promise<void>((resolve) => unavailable.listen(0, '127.0.0.1', resolve))
    try {
      const response = await fetch(`http://127.0.0.1:${(unavailable.address() as AddressInfo).port}/`)
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
      expect(await response.json()).toEqual({ error: 'temporarily_unavailable' })
    } finally {
      unavailable.close()
    }
  })

  it('lets documents be cached as long as configured', async () => {
    current = await createIssuer({ issuer: origin, documentMaxAgeSeconds: 0 })
    expect((await fetch(current.metadata().jwks_uri)).headers.get('cache-control')).toBe('public, max-age=0')
  })
})
