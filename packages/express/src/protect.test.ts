import { createVerifier } from '@sallyport/core'
import { createTestIssuer, wrongEncryptedTokens, wrongTokens } from '@sallyport/testing'
import type { Express, RequestHandler } from 'express'
import { describe, expect, it, vi } from 'vitest'
import { ask, get, serve, versions } from './http.test.support.ts'
import {
  AccessTokenError,
  type Authentication,
  ConfigurationError,
  getAuth,
  getOptionalAuth,
  protect,
} from './index.ts'

const as = await createTestIssuer()
const encrypting = await createTestIssuer({ encrypted: true })
const good = { headers: await as.authorization({ subject: 'jane', scope: 'reports:read' }) }

describe.each(versions)('protect on $version', ({ express }) => {
  /** An application with one handler, which must not be reached by a refused request. */
  function protectedApp(...middlewares: RequestHandler[]) {
    const handler = vi.fn<RequestHandler>((req, res) => {
      const { auth } = req as { auth?: Authentication }
      res.json({ subject: auth?.subject ?? null, same: auth === getOptionalAuth(req), has: auth !== undefined })
    })
    const app: Express = express()
    app.use(...middlewares)
    app.all(/.*/, handler)
    return { app, handler }
  }

  it('lets a genuine token reach the handler, with req.auth and getAuth', async () => {
    const app = express()
    app.use(protect(as.verifierOptions))
    app.get('/', (req, res) => {
      const auth = getAuth(req)
      res.json({ same: (req as { auth?: unknown }).auth === auth, ...auth, has: auth.hasScope('reports:read') })
    })
    const { status, body, challenge } = await ask(app, '/', good)
    expect(status).toBe(200)
    expect(challenge).toBeNull()
    expect(body).toMatchObject({
      same: true,
      subject: 'jane',
      clientId: 'test-client',
      scopes: ['reports:read'],
      has: true,
    })
  })

  it('lets an encrypted token reach the handler', async () => {
    const { app } = protectedApp(protect(encrypting.verifierOptions))
    const headers = await encrypting.authorization({ subject: 'jane' })
    expect(headers.authorization.split('.')).toHaveLength(5)
    expect((await ask(app, '/', { headers })).body).toMatchObject({ subject: 'jane' })
  })

  it.each([
    ...Object.values(wrongTokens).map((wrong) => ({ ...wrong, from: as })),
    ...Object.values(wrongEncryptedTokens).map((wrong) => ({ ...wrong, from: encrypting })),
  ])('CHAL-5, CHAL-6: refuses a token that is wrong: $kind', async ({ kind, code, status, from }) => {
    const { app, handler } = protectedApp(protect(from.verifierOptions))
    const headers = await from.authorization({ wrong: kind, scope: 'reports:read' })
    const answer = await ask(app, '/', { headers })
    const { error_description: description } = answer.body as { error_description: string }
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual({ error: 'invalid_token', error_description: expect.any(String), code })
    expect(answer.challenge).toBe(`Bearer error="invalid_token", error_description="${description}"`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(handler).not.toHaveBeenCalled()
  })

  it('CHAL-1: asks for a credential where there is none, without an error code', async () => {
    const { app, handler } = protectedApp(protect({ ...as.verifierOptions, realm: 'reports' }))
    const { status, challenge, body } = await ask(app)
    expect([status, challenge]).toEqual([401, 'Bearer realm="reports"'])
    expect(body).toEqual({ error_description: 'This resource needs an access token', code: 'credential_missing' })
    expect(handler).not.toHaveBeenCalled()
    expect((await ask(protectedApp(protect(as.verifierOptions)).app)).challenge).toBe('Bearer')
  })

  it.each([
    ['an option', protect({ ...as.verifierOptions, optional: true })],
    ['a second argument beside options', protect(as.verifierOptions, { optional: true })],
    ['a second argument beside a verifier', protect(createVerifier(as.verifierOptions), { optional: true })],
  ])(
    'CRED-7: with optional as %s lets a request pass without a credential, never with a bad one',
    async (_, middleware) => {
      const { app, handler } = protectedApp(middleware)
      expect((await ask(app)).body).toEqual({ subject: null, same: true, has: false })
      expect((await ask(app, '/', good)).body).toEqual({ subject: 'jane', same: true, has: true })
      expect((await ask(app, '/', { headers: { authorization: 'Basic YTpi' } })).status).toBe(200)
      handler.mockClear()
      for (const authorization of [
        'Bearer',
        'Bearer ',
        'Bearer a b',
        'Bearer a.b.c',
        `Bearer ${await as.mint({ wrong: 'expired' })}`,
      ]) {
        expect([400, 401]).toContain((await ask(app, '/', { headers: { authorization } })).status)
      }
      expect(handler).not.toHaveBeenCalled()
    },
  )

  it('POLICY-1: ignores, and takes away, what something else put at req.auth', async () => {
    const forge: RequestHandler = (req, _, next) => {
      Object.assign(req, { auth: { subject: 'admin', scopes: ['admin'], hasScope: () => true } })
      next()
    }
    const { app: optional } = protectedApp(forge, protect(as.verifierOptions, { optional: true }))
    expect((await ask(optional)).body).toMatchObject({ subject: null, same: true })
    expect((await ask(optional, '/', good)).body).toMatchObject({ subject: 'jane', same: true })
    const { app, handler } = protectedApp(forge, protect(as.verifierOptions))
    expect((await ask(app)).status).toBe(401)
    expect(handler).not.toHaveBeenCalled()
  })

  it('takes a verifier that was made before, and tells its listeners', async () => {
    const verifier = createVerifier(as.verifierOptions)
    const types: string[] = []
    verifier.subscribe((event) => types.push(event.type === 'refused' ? event.code : event.type))
    const { app } = protectedApp(protect(verifier))
    expect((await ask(app, '/', good)).body).toMatchObject({ subject: 'jane' })
    expect((await ask(app)).status).toBe(401)
    expect(types).toEqual(['accepted', 'credential_missing'])
  })

  it('protects what comes after it, in routers within routers too', async () => {
    const app = express()
    const outer = express.Router()
    const inner = express.Router()
    app.get('/open', (_, res) => void res.send('open'))
    inner.use(protect(as.verifierOptions))
    inner.get('/', (req, res) => void res.json(getAuth(req).subject))
    outer.use('/inner', inner)
    outer.get('/beside', (_, res) => void res.send('beside'))
    app.use('/outer', outer)
    const { origin } = await serve(app)
    expect((await get(`${origin}/open`)).status).toBe(200)
    expect((await get(`${origin}/outer/beside`)).status).toBe(200)
    expect(await get(`${origin}/outer/inner`)).toMatchObject({ status: 401, challenge: 'Bearer' })
    expect((await get(`${origin}/outer/inner`, good)).body).toBe('jane')
  })

  it('run twice lets pass what both let pass, with what the second one found', async () => {
    const other = await createTestIssuer({ issuer: 'https://other.test' })
    const both = { issuers: [as.verifierOptions, other.verifierOptions] }
    const { app } = protectedApp(protect(both), protect(as.verifierOptions))
    expect((await ask(app, '/', good)).body).toMatchObject({ subject: 'jane', same: true })
    expect((await ask(app, '/', { headers: await other.authorization() })).body).toMatchObject({
      code: 'issuer_refused',
    })
    expect((await ask(app)).status).toBe(401)
  })

  it('required behind optional refuses who comes without a credential', async () => {
    const { app, handler } = protectedApp(protect(as.verifierOptions, { optional: true }), protect(as.verifierOptions))
    expect(await ask(app)).toMatchObject({ status: 401, challenge: 'Bearer' })
    expect(handler).not.toHaveBeenCalled()
  })

  it('CLAIM-8: gives each request what the token says, whatever a handler did to it before', async () => {
    const { app } = protectedApp(protect(as.verifierOptions), (req, _, next) => {
      expect(() => Object.assign(getAuth(req).scopes, ['admin'])).toThrow(TypeError)
      expect(() => Object.assign(getAuth(req).claims, { sub: 'admin' })).toThrow(TypeError)
      next()
    })
    const { origin } = await serve(app)
    expect((await get(origin, good)).body).toMatchObject({ subject: 'jane' })
    expect((await get(origin, good)).body).toMatchObject({ subject: 'jane' })
  })
})

describe('protect', () => {
  it('does not start with wrong options', () => {
    const { issuer, jwks } = as.verifierOptions
    expect(() => protect({ issuer, jwks } as never)).toThrow(ConfigurationError)
    expect(() => protect({ ...as.verifierOptions, optinal: true } as never)).toThrow(/optinal/)
    expect(() => protect({ ...as.verifierOptions, optional: 'yes' } as never)).toThrow(
      /optional: got "yes", takes a boolean/,
    )
    expect(() => protect({ authenticate: () => ({}) } as never)).toThrow(ConfigurationError)
  })
})

describe('getAuth', () => {
  it('POLICY-1: throws where no protect admitted the request, whatever is at req.auth', () => {
    const request = { auth: { subject: 'admin' }, rawHeaders: [] } as never
    for (const read of [getAuth, getOptionalAuth, protect(as.verifierOptions).getAuth]) {
      expect(() => read(request)).toThrow(/put protect\(\)/)
      expect(() => read(request)).not.toThrow(AccessTokenError)
    }
  })
})
