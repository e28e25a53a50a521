import { createTestIssuer } from '@sallyport/testing'
import type { Context, Middleware } from 'koa'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { appOf, ask, versions } from './http.test.support.ts'
import { type AccessTokenError, authorize, getAuth, protect, requireScopes } from './index.ts'

const as = await createTestIssuer()
const guard = protect(as.verifierOptions)
const headers = await as.authorization({ subject: 'jane' })

const page: Middleware = (ctx) => {
  ctx.body = 'in'
}
const ours = { code: 'credential_missing', error_description: 'This resource needs an access token' }

/** A middleware that handles the errors of those that come after it. */
function handling(handle: (error: AccessTokenError, ctx: Context) => unknown): Middleware {
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      await handle(error as AccessTokenError, ctx as Context)
    }
  }
}

describe.each(versions)('a refusal on $version', ({ Koa }) => {
  const log = vi.spyOn(console, 'error')
  beforeEach(() => void log.mockClear().mockImplementation(() => {}))
  afterEach(() => void log.mockReset())

  it('CHAL-4, CHAL-6: is answered as JSON without an error handler, and not logged', async () => {
    const answer = await ask(appOf(Koa, guard, page))
    expect(answer).toMatchObject({ status: 401, challenge: 'Bearer', body: ours })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-length')).toBe(String(answer.text.length))
    expect(log).not.toHaveBeenCalled()
    expect(await ask(appOf(Koa, guard, page), '/', { method: 'HEAD' })).toMatchObject({
      status: 401,
      challenge: 'Bearer',
      text: '',
    })
  })

  it("is told to the application's listeners once, with its context, status, headers and code", async () => {
    const told = vi.fn<(error: AccessTokenError, ctx: Context) => void>()
    const app = appOf(Koa, guard, requireScopes('admin'), page)
    app.on('error', told)
    expect(await ask(app, '/reports', { headers })).toMatchObject({ status: 403, body: { code: 'scope_insufficient' } })
    expect(told.mock.calls).toMatchObject([
      [
        {
          name: 'AccessTokenError',
          status: 403,
          statusCode: 403,
          expose: true,
          code: 'scope_insufficient',
          headers: { 'www-authenticate': expect.stringContaining('scope="admin"'), 'cache-control': 'no-store' },
        },
        { path: '/reports' },
      ],
    ])
    expect(log).not.toHaveBeenCalled()
  })

  it('takes away what was meant for a successful response', async () => {
    const prepare: Middleware = (ctx, next) => {
      ctx.set({ etag: '"1"', 'content-encoding': 'gzip', 'x-report': '1' })
      ctx.body = 'report'
      return next()
    }
    const answer = await ask(appOf(Koa, prepare, guard, page))
    expect(answer).toMatchObject({ status: 401, challenge: 'Bearer', body: ours })
    for (const name of ['etag', 'content-encoding', 'x-report']) expect(answer.headers.has(name)).toBe(false)
  })

  it.each<[string, Middleware]>([
    [
      'sets status and body',
      handling((error, ctx) => {
        ctx.status = error.status
        ctx.body = { custom: error.code }
      }),
    ],
    [
      'takes its time',
      handling(async (error, ctx) => {
        await new Promise(setImmediate)
        ctx.status = error.status
        ctx.body = { custom: error.code }
      }),
    ],
    [
      'sets no status',
      handling((error, ctx) => {
        ctx.body = { custom: error.code }
      }),
    ],
  ])('CHAL-4, CHAL-5: may be caught by a middleware that %s', async (_, handler) => {
    const answer = await ask(appOf(Koa, handler, guard, page))
    expect(answer).toMatchObject({ status: 401, challenge: 'Bearer', body: { custom: 'credential_missing' } })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('CHAL-4: may be thrown on, and is answered as JSON', async () => {
    const rethrow = handling((error) => {
      throw error
    })
    expect(await ask(appOf(Koa, rethrow, guard, page))).toMatchObject({ status: 401, challenge: 'Bearer', body: ours })
  })

  it('CHAL-4: keeps its challenge when an error of the same status is thrown in its place', async () => {
    const unauthorized: Error & { headers?: object } = Object.assign(new Error('Log in first'), {
      status: 401,
      expose: true,
    })
    const replacing = [
      handling((error, ctx) => ctx.throw(error.status, 'Log in first')),
      handling(() => {
        throw unauthorized
      }),
      handling((error, ctx) => ctx.throw(error.status, 'Log in first', { headers: { vary: 'Origin' } })),
    ]
    for (const handler of replacing) {
      const answer = await ask(appOf(Koa, handler, guard, page))
      expect(answer).toMatchObject({ status: 401, challenge: 'Bearer', text: 'Log in first' })
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('vary')).toBe(handler === replacing[2] ? 'Origin' : null)
    }
    expect(unauthorized.headers).toBeUndefined()
    const own = handling((_, ctx) => ctx.throw(401, { headers: { 'www-authenticate': 'Basic' } }))
    expect((await ask(appOf(Koa, own, guard, page))).challenge).toBe('Basic')
    const other = handling((_, ctx) => ctx.throw(404))
    expect(await ask(appOf(Koa, other, guard, page))).toMatchObject({ status: 404, challenge: null, text: 'Not Found' })
  })

  it('CHAL-4: is left to an onerror that the application has put in the place of that of Koa', async () => {
    const onerror = function (this: Context, error: AccessTokenError | null) {
      if (error === null) return
      this.set(error.headers ?? {})
      this.status = error.status
      this.res.end(`custom ${error.code}`)
    }
    const replaced = appOf(Koa, guard, page)
    replaced.context.onerror = onerror as never
    const perRequest = appOf(
      Koa,
      (ctx, next) => {
        ctx.onerror = onerror as never
        return next()
      },
      guard,
      page,
    )
    for (const app of [replaced, perRequest]) {
      expect(await ask(app)).toMatchObject({ status: 401, challenge: 'Bearer', text: 'custom credential_missing' })
    }
  })

  it('CHAL-4: has the headers that a middleware added to the error on its way', async () => {
    const cors = handling((error) => {
      error.headers = { ...error.headers, 'access-control-allow-origin': '*' }
      throw error
    })
    const answer = await ask(appOf(Koa, cors, guard, page))
    expect(answer).toMatchObject({ status: 401, challenge: 'Bearer', body: ours })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('is answered for the last one, when a request is refused twice', async () => {
    const either: Middleware = async (ctx, next) => {
      await guard(ctx, next).catch(() => protect({ ...as.verifierOptions, realm: 'second' })(ctx, next))
    }
    expect(await ask(appOf(Koa, either, page))).toMatchObject({
      status: 401,
      challenge: 'Bearer realm="second"',
      body: ours,
    })
  })

  it('CHAL-4: by an asynchronous policy goes the same ways', async () => {
    const deny = authorize(async () => false)
    const handler = handling((error, ctx) => {
      ctx.body = { custom: error.code }
    })
    expect(await ask(appOf(Koa, guard, deny, page), '/', { headers })).toMatchObject({
      status: 403,
      challenge: 'Bearer',
      body: { code: 'policy_denied' },
    })
    expect(await ask(appOf(Koa, handler, guard, deny, page), '/', { headers })).toMatchObject({
      status: 403,
      challenge: 'Bearer',
      body: { custom: 'policy_denied' },
    })
  })

  it('CHAL-1, CHAL-4: by getAuth behind an optional protect has its challenge, whoever answers', async () => {
    const optional = protect(as.verifierOptions, { optional: true })
    const handler: Middleware = (ctx) => {
      ctx.body = getAuth(ctx).subject
    }
    const catching = handling((error, ctx) => {
      ctx.status = error.status
      ctx.body = { custom: error.code }
    })
    expect(await ask(appOf(Koa, optional, handler))).toMatchObject({ status: 401, challenge: 'Bearer', body: ours })
    expect(await ask(appOf(Koa, catching, optional, handler))).toMatchObject({
      status: 401,
      challenge: 'Bearer',
      body: { custom: 'credential_missing' },
    })
    const caught: Middleware = (ctx) => {
      expect(() => getAuth(ctx)).toThrow()
      ctx.body = 'anonymous'
    }
    expect(await ask(appOf(Koa, optional, caught))).toMatchObject({ status: 200, text: 'anonymous' })
  })

  it('leaves a response that has begun as it is', async () => {
    const told = vi.fn<(error: AccessTokenError) => void>()
    const begin: Middleware = (ctx, next) => {
      ctx.res.write('begun')
      return next()
    }
    const catching = handling((error, ctx) => {
      ctx.status = error.status
      ctx.res.end()
    })
    expect(await ask(appOf(Koa, begin, catching, guard, page))).toMatchObject({
      status: 404,
      challenge: null,
      text: 'begun',
    })
    const app = appOf(Koa, begin, guard, page)
    app.on('error', (error: AccessTokenError, ctx: Context) => {
      told(error)
      ctx.res.end()
    })
    expect(await ask(app)).toMatchObject({ status: 404, challenge: null, text: 'begun' })
    expect(told.mock.calls.map(([error]) => error.code)).toEqual(['credential_missing'])
  })

  it('leaves mistakes of the application to Koa, and other errors of a refused request too', async () => {
    const mistake = await ask(appOf(Koa, requireScopes('a'), page), '/', { headers })
    expect(mistake).toMatchObject({ status: 500, challenge: null, text: 'Internal Server Error' })
    expect(log.mock.lastCall?.join()).toContain('put protect()')
    const broken = handling(() => {
      throw new Error('broken')
    })
    expect(await ask(appOf(Koa, broken, guard, page))).toMatchObject({ status: 500, challenge: null })
    expect(log.mock.lastCall?.join()).toContain('broken')
  })
})
