import { createTestIssuer } from '@sallyport/testing'
import type { ErrorRequestHandler, Express, RequestHandler } from 'express'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ask, get, serve, versions } from './http.test.support.ts'
import { type AccessTokenError, authorize, getAuth, protect, requireScopes } from './index.ts'

const as = await createTestIssuer()
const guard = protect(as.verifierOptions)
const headers = await as.authorization({ subject: 'jane' })

const page: RequestHandler = (_, res) => void res.send('in')
const ours = { code: 'credential_missing', error_description: 'This resource needs an access token' }

/** Error handlers as applications have them. */
const json: ErrorRequestHandler = (error: AccessTokenError, _req, res, _next) =>
  void res.status(error.status).json({ custom: error.code })
const withoutStatus: ErrorRequestHandler = (error: AccessTokenError, _req, res, _next) =>
  void res.json({ custom: error.code })
const asynchronous: ErrorRequestHandler = async (error: AccessTokenError, _req, res, _next) => {
  await new Promise(setImmediate)
  res.status(error.status).json({ custom: error.code })
}
const passingOn: ErrorRequestHandler = (error, _req, _res, next) => next(error)

describe.each(versions)('a refusal on $version', ({ express }) => {
  const log = vi.spyOn(console, 'error')
  beforeEach(() => void log.mockClear().mockImplementation(() => {}))
  afterEach(() => void log.mockReset())

  /** Express logs an error some turns of the event loop after it has answered. */
  const logged = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
  }

  const appOf = (...middlewares: (RequestHandler | ErrorRequestHandler)[]): Express => {
    const app = express()
    for (const middleware of middlewares) app.use(middleware)
    return app
  }

  it.each(['development', 'production'])(
    'CHAL-4, CHAL-6: is answered as JSON without an error handler, and not logged, in %s',
    async (env) => {
      const app = appOf(guard, page)
      app.set('env', env)
      const answer = await ask(app)
      expect(answer).toMatchObject({ status: 401, challenge: 'Bearer', body: ours })
      expect(answer.headers.get('cache-control')).toBe('no-store')
      await logged()
      expect(log).not.toHaveBeenCalled()
    },
  )

  it.each([
    ['that is synchronous', json],
    ['that is asynchronous', asynchronous],
    ['that sets no status', withoutStatus],
  ])('CHAL-4, CHAL-5: goes to an error handler %s, with status and challenge', async (_, handler) => {
    const answer = await ask(appOf(guard, page, handler))
    expect(answer).toMatchObject({ status: 401, challenge: 'Bearer', body: { custom: 'credential_missing' } })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    await logged()
    expect(log).not.toHaveBeenCalled()
  })

  it('CHAL-4: keeps the challenge where an error handler wants another status', async () => {
    const handler: ErrorRequestHandler = (_error, _req, res, _next) => void res.status(500).send('Something broke!')
    expect(await ask(appOf(guard, page, handler))).toMatchObject({
      status: 500,
      challenge: 'Bearer',
      text: 'Something broke!',
    })
  })

  it('has status, headers, code and a message that may be shown', async () => {
    const errors: unknown[] = []
    const handler: ErrorRequestHandler = (error, _req, res, _next) => {
      errors.push(error)
      res.end()
    }
    await ask(appOf(guard, requireScopes('admin'), page, handler), '/', { headers })
    expect(errors).toMatchObject([
      {
        name: 'AccessTokenError',
        status: 403,
        statusCode: 403,
        expose: true,
        code: 'scope_insufficient',
        headers: { 'www-authenticate': expect.stringContaining('scope="admin"'), 'cache-control': 'no-store' },
      },
    ])
  })

  it('CHAL-4: goes to an error handler of its route, its router or a router around that', async () => {
    const route = express()
    route.get('/', guard, page, json as never)
    const router = express.Router().use(guard, page, json)
    const around = express.Router().use(express.Router().use(guard, page), json)
    for (const app of [route, appOf(router), appOf(around), appOf(express.Router().use(around))]) {
      expect(await ask(app)).toMatchObject({ status: 401, challenge: 'Bearer', body: { custom: 'credential_missing' } })
    }
  })

  it('CHAL-4: goes to an error handler of a mounted application, or of one around it', async () => {
    const own = appOf().use('/sub', appOf(guard, page, json))
    const outer = appOf().use('/sub', appOf(guard, page)).use(json)
    const outermost = appOf(appOf().use('/sub', appOf(guard, page))).use(json)
    const none = appOf().use('/sub', appOf(guard, page))
    for (const app of [own, outer, outermost]) {
      const answer = await ask(app, '/sub')
      expect(answer).toMatchObject({ status: 401, challenge: 'Bearer', body: { custom: 'credential_missing' } })
    }
    expect(await ask(none, '/sub')).toMatchObject({ status: 401, challenge: 'Bearer', body: ours })
  })

  it('goes to an error handler that was added after the first request', async () => {
    const app = appOf(guard, page)
    expect((await ask(app)).body).toEqual(ours)
    app.use(json)
    expect((await ask(app)).body).toEqual({ custom: 'credential_missing' })
  })

  it('CHAL-6: is answered as JSON where no error handler is reached', async () => {
    const before = appOf(json, guard, page)
    const beside = appOf(express.Router().use('/beside', page).use(json), guard, page, express.Router().use(json))
    const within = appOf(guard, page)
    within.get('/route', page, json as never)
    const mounted = appOf().use('/mounted', appOf(page, json)).use(guard, page)
    const route = appOf(json)
    route.get('/', guard, page)
    for (const app of [before, beside, within, mounted, route]) {
      expect(await ask(app)).toMatchObject({ status: 401, challenge: 'Bearer', body: ours })
    }
    await logged()
    expect(log).not.toHaveBeenCalled()
  })

  it('CHAL-4, CHAL-6: goes to an error handler with a path of its own at that path alone', async () => {
    const api = express.Router().use('/v1', express.Router().use(guard, page)).use('/v1', json)
    const app = appOf()
      .use('/api', api)
      .use('/ids/:id', guard, page)
      .use(['/plain', '/public'], guard, page)
      .use('/other', json)
      .use(['/orders', /^\/public/], json)
      .use('/ids/:id', json)
    const handled = ['/api/v1/a?b=/c', '/api/v1', '/public', '/public/a', '/ids/7']
    for (const path of handled) expect(await ask(app, path)).toMatchObject({ body: { custom: 'credential_missing' } })
    for (const path of ['/plain', '/plain/other', '/plain?/other', '/plain/ids/7']) {
      expect(await ask(app, path), path).toMatchObject({ status: 401, challenge: 'Bearer', body: ours })
    }
    const outer = appOf().use('/sub', appOf(guard, page)).use('/other', json)
    expect((await ask(outer, '/sub')).body).toEqual(ours)
    outer.use('/sub', json)
    expect((await ask(outer, '/sub')).body).toEqual({ custom: 'credential_missing' })
  })

  it('looks at the routes of an application once, not for each refusal', async () => {
    const app = appOf(guard)
    const inner = express.Router()
    app.use('/inner', inner)
    const routes = 500
    let reads = 0
    for (let route = 0; route < routes; route++) app.get(`/${route}`, page)
    const { stack } = (app as { _router?: typeof app.router })._router ?? app.router
    for (const { route } of stack) {
      if (route === undefined) continue
      const layers = route.stack
      Object.defineProperty(route, 'stack', { get: () => (reads++, layers) })
    }
    const { origin } = await serve(app)
    await get(origin)
    expect(reads).toBeGreaterThanOrEqual(routes)
    reads = 0
    for (let refusal = 0; refusal < 5; refusal++) expect((await get(origin)).body).toEqual(ours)
    expect(reads).toBe(0)
    inner.use(page)
    await get(origin)
    expect(reads).toBeGreaterThanOrEqual(routes)
  })

  it('goes to the error handler of one place, and is answered at another, for a middleware that stands at both', async () => {
    const app = appOf()
    app.get('/plain', guard, page)
    app.use('/handled', express.Router().use(guard, page, json))
    expect((await ask(app, '/handled')).body).toEqual({ custom: 'credential_missing' })
    expect(await ask(app, '/plain')).toMatchObject({ status: 401, challenge: 'Bearer', body: ours })
  })

  it('goes to an error handler when a middleware of the application calls protect', async () => {
    const wrapped: RequestHandler = (req, res, next) => guard(req, res, next)
    expect((await ask(appOf(wrapped, page, json))).body).toEqual({ custom: 'credential_missing' })
    expect((await ask(appOf(express.Router().use(wrapped, page, json)))).body).toEqual({ custom: 'credential_missing' })
    const route = appOf()
    route.get('/', wrapped, page, json as never)
    expect((await ask(route)).body).toEqual({ custom: 'credential_missing' })
    expect((await ask(appOf(wrapped, page))).body).toEqual(ours)
  })

  it('is answered in a router that contains itself', async () => {
    const router = express.Router()
    router.use('/again', router)
    router.use(guard, page)
    expect(await ask(appOf(router), '/again/again')).toMatchObject({ status: 401, challenge: 'Bearer', body: ours })
    expect(await ask(appOf(router, json))).toMatchObject({ status: 401, body: { custom: 'credential_missing' } })
  })

  it('CHAL-4: that an error handler passes on has status and challenge in the answer of Express', async () => {
    for (const env of ['development', 'production']) {
      const app = appOf(guard, page, passingOn)
      app.set('env', env)
      const answer = await ask(app)
      expect(answer).toMatchObject({ status: 401, challenge: 'Bearer' })
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.text).not.toMatch(/ at |node_modules|\.ts/)
    }
  })

  it('CHAL-4: by an asynchronous policy goes the same ways', async () => {
    const deny = authorize(async () => false)
    expect(await ask(appOf(guard, deny, page), '/', { headers })).toMatchObject({
      status: 403,
      challenge: 'Bearer',
      body: { code: 'policy_denied' },
    })
    expect(await ask(appOf(guard, deny, page, json), '/', { headers })).toMatchObject({
      status: 403,
      challenge: 'Bearer',
      body: { custom: 'policy_denied' },
    })
  })

  it('CHAL-1, CHAL-4: by getAuth behind an optional protect has its challenge, whoever answers', async () => {
    const optional = protect(as.verifierOptions, { optional: true })
    const handler: RequestHandler = (req, res) => void res.json(getAuth(req).subject)
    const answer = await ask(appOf(optional, handler))
    expect(answer).toMatchObject({ status: 401, challenge: 'Bearer' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await ask(appOf(optional, handler, json))).toMatchObject({
      status: 401,
      challenge: 'Bearer',
      body: { custom: 'credential_missing' },
    })
    const caught: RequestHandler = (req, res) => {
      expect(() => getAuth(req)).toThrow()
      res.send('anonymous')
    }
    expect(await ask(appOf(optional, caught))).toMatchObject({ status: 200, text: 'anonymous' })
  })

  it('comes to nothing worse than a cut connection when the response has begun', async () => {
    const begin: RequestHandler = (_, res, next) => {
      res.write('begun')
      next()
    }
    const late: RequestHandler = (req, res) => void res.json(getAuth(req).subject)
    const codes: unknown[] = []
    const noting: ErrorRequestHandler = (error, _req, _res, next) => {
      codes.push(error.code)
      next(error)
    }
    const optional = protect(as.verifierOptions, { optional: true })
    for (const middlewares of [[guard], [guard, page, noting], [optional, late, noting]]) {
      await expect(ask(appOf(begin, ...middlewares))).rejects.toThrow('terminated')
    }
    expect(codes).toEqual(['credential_missing', 'credential_missing'])
  })

  it('leaves mistakes of the application to Express', async () => {
    const app = appOf(requireScopes('a'), page)
    app.set('env', 'production')
    const answer = await ask(app, '/', { headers })
    expect(answer).toMatchObject({ status: 500, challenge: null })
    expect(answer.text).not.toContain('protect')
    await logged()
    expect(log.mock.lastCall?.join()).toContain('put protect()')
  })
})

describe('a refusal without Express', () => {
  it('goes to whoever called the middleware, with status and challenge', async () => {
    const errors: unknown[] = []
    const answer = await ask((req, res) =>
      guard(req, res, (error) => {
        errors.push(error)
        res.end('mine')
      }),
    )
    expect(answer).toMatchObject({ status: 401, challenge: 'Bearer', text: 'mine' })
    expect(errors).toMatchObject([{ code: 'credential_missing' }])
  })

  it('goes to whoever called the middleware also when that one fails', async () => {
    const answered = protect(as.verifierOptions, { optional: true })
    const later = authorize(async () => true)
    const errors: unknown[] = []
    const answer = await ask(
      (req, res) =>
        answered(req, res, () =>
          later(req, res, (error) => {
            errors.push(error)
            if (errors.length === 1) throw new Error('broken')
            res.end('mine')
          }),
        ),
      '/',
      { headers },
    )
    expect(answer.text).toBe('mine')
    expect(errors).toMatchObject([undefined, { message: 'broken' }])
  })
})
