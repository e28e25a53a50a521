import { once } from 'node:events'
import type { Server } from 'node:http'
import { type RunningTestIssuer, startTestIssuer } from '@sallyport/testing'
import type { Middleware } from 'koa'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { appOf, get, openSocket, serve, versions } from './http.test.support.ts'
import { createVerifier, getAuth, protect, requireScopes } from './index.ts'

const handler = vi.fn<Middleware>((ctx) => {
  ctx.body = [getAuth(ctx).subject]
})
const rejections: unknown[] = []
const onRejection = (reason: unknown) => void rejections.push(reason)
let as: RunningTestIssuer

beforeEach(async () => {
  as = await startTestIssuer()
  handler.mockClear()
  process.on('unhandledRejection', onRejection)
})

afterEach(async () => {
  await as.close()
  await new Promise(setImmediate)
  process.off('unhandledRejection', onRejection)
  expect(rejections.splice(0)).toEqual([])
})

describe.each(versions)('keys that are fetched, on $version', ({ Koa }) => {
  const protectedApp = (...middlewares: Middleware[]) => appOf(Koa, ...middlewares, handler)

  it('let a token in, and are fetched once for several protect() and applications', async () => {
    const apps = [
      protectedApp(protect(as.verifierOptions), protect(as.verifierOptions)),
      protectedApp(protect({ ...as.verifierOptions, cookie: 'at', clockToleranceSeconds: 5 })),
      protectedApp(protect(createVerifier(as.verifierOptions))),
    ]
    const headers = await as.authorization({ subject: 'jane' })
    const origins = await Promise.all(apps.map(async (app) => (await serve(app)).origin))
    const answers = await Promise.all([...origins, ...origins].map((origin) => get(origin, { headers })))
    expect(answers.map(({ body }) => body)).toEqual(Array(6).fill(['jane']))
    expect(as.requests()).toEqual([
      { method: 'GET', path: '/.well-known/oauth-authorization-server' },
      { method: 'GET', path: '/.well-known/jwks.json' },
    ])
  })

  it.each(['down', 'unavailable', 'garbage', 'empty'] as const)(
    'CHAL-7, CRED-7: answer 503 with Retry-After and without a challenge while the issuer is %s',
    async (answer) => {
      as.respondWith(answer)
      const headers = await as.authorization({ scope: 'a' })
      const around: Middleware = async (ctx, next) => {
        await next().catch((error) => {
          ctx.status = error.status
          ctx.body = error.code
        })
      }
      const plain = await serve(protectedApp(protect(as.verifierOptions), requireScopes('a')))
      const optional = await serve(protectedApp(protect({ ...as.verifierOptions, optional: true })))
      const handled = await serve(protectedApp(around, protect(as.verifierOptions)))
      for (const { origin } of [plain, optional, handled]) {
        const refused = await get(origin, { headers })
        expect(refused).toMatchObject({ status: 503, challenge: null })
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
        expect(refused.headers.get('cache-control')).toBe('no-store')
        expect(refused.text).toContain('keys_unavailable')
      }
      expect(handler).not.toHaveBeenCalled()
      expect((await get(plain.origin)).status).toBe(401)
    },
  )

  it('DOS-3: leave nothing behind when clients give up while they are fetched', async () => {
    as.respondWith('hang')
    const tokens = await Promise.all(Array.from({ length: 20 }, () => as.mint()))
    const errors = vi.fn()
    const verifier = createVerifier({ ...as.verifierOptions, jwksOptions: { timeoutMs: 1_000 } })
    const app = protectedApp(protect(verifier))
    // Koa tells of the cut connections too.
    app.on('error', ({ code }) => code === 'ECONNRESET' || errors(code))
    const { origin, server } = await serve(app)
    let arrived = 0
    server.on('request', () => void arrived++)
    const sockets = await Promise.all(tokens.map(() => openSocket(origin)))
    for (const [index, socket] of sockets.entries()) {
      socket.write(`GET / HTTP/1.1\r\nHost: api.test\r\nAuthorization: Bearer ${tokens[index]}\r\n\r\n`)
    }
    await vi.waitFor(() => expect(arrived).toBe(20))
    expect(verifier.inspect()[0]?.keys?.waiting).toBe(20)
    for (const socket of sockets) socket.resetAndDestroy()
    await vi.waitFor(async () => {
      expect(await connectionsOf(server)).toBe(0)
      // Each request has come to an end, although nobody hears of it.
      expect(errors).toHaveBeenCalledTimes(20)
    }, 5_000)
    expect(verifier.inspect()[0]?.keys?.waiting).toBe(0)
    expect(new Set(errors.mock.calls.flat())).toEqual(new Set(['keys_unavailable']))
    expect(handler).not.toHaveBeenCalled()
  })

  it('DOS-3: are there for others after a client gave up', async () => {
    as.respondWith('hang')
    const headers = await as.authorization({ subject: 'jane' })
    const app = protectedApp(protect({ ...as.verifierOptions, jwksOptions: { timeoutMs: 300 } }))
    app.silent = true
    const { origin, server } = await serve(app)
    const socket = await openSocket(origin)
    const arrived = once(server, 'request')
    socket.write(`GET / HTTP/1.1\r\nHost: api.test\r\nAuthorization: ${headers.authorization}\r\n\r\n`)
    await arrived
    socket.resetAndDestroy()
    as.respondWith('documents')
    await vi.waitFor(async () => expect((await get(origin, { headers })).body).toEqual(['jane']), {
      timeout: 10_000,
      interval: 200,
    })
  })
})

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
  })
}
