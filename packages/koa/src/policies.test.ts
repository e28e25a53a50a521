import { createTestIssuer } from '@sallyport/testing'
import type { Middleware } from 'koa'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { appOf, ask, versions } from './http.test.support.ts'
import { authorize, ConfigurationError, protect, requireAnyScope, requireClaim, requireScopes } from './index.ts'

const as = await createTestIssuer()
const claims = { realm_access: { roles: ['editor', 'viewer'] }, tenant: 'acme', level: 3, 'a.b': true }
const headers = await as.authorization({ subject: 'jane', scope: 'reports:read reports:write', claims })

const allPolicies: readonly [string, Middleware][] = [
  ['requireScopes', requireScopes('reports:read')],
  ['requireAnyScope', requireAnyScope('reports:read')],
  ['requireClaim', requireClaim('sub')],
  ['authorize', authorize(() => true)],
  ['an asynchronous authorize', authorize(async () => true)],
]

describe.each(versions)('policies on $version', ({ Koa }) => {
  const handler = vi.fn<Middleware>((ctx) => {
    ctx.body = 'in'
  })
  const thrown = vi.fn<(error: unknown) => void>()
  beforeEach(() => {
    handler.mockClear()
    thrown.mockClear()
  })

  /** With a listener, so that Koa logs nothing of what goes wrong on purpose. */
  function appWith(...middlewares: Middleware[]) {
    const app = appOf(Koa, ...middlewares, handler)
    app.on('error', thrown)
    return app
  }
  const askWith = (policy: Middleware) => ask(appWith(protect(as.verifierOptions), policy), '/', { headers })

  it.each<[string, Middleware]>([
    ['all scopes', requireScopes('reports:read', 'reports:write')],
    ['one of several scopes', requireAnyScope('admin', 'reports:write')],
    ['a claim that is there', requireClaim('tenant')],
    ['a claim with a value', requireClaim('level', 3)],
    ['a claim with one of several values', requireClaim('tenant', ['other', 'acme'])],
    ['a claim with a dot in its name', requireClaim('a.b', true)],
    ['a member of a claim by its path', requireClaim(['realm_access', 'roles'], 'editor')],
    ['a claim that a function accepts', requireClaim('level', (level) => typeof level === 'number' && level > 2)],
    ['a predicate', authorize((auth, ctx) => auth.subject === 'jane' && ctx.req.url === '/')],
    ['a predicate that takes its time', authorize(async () => true)],
  ])('let a request pass that has %s', async (_, policy) => {
    expect(await askWith(policy)).toMatchObject({ status: 200, text: 'in' })
    expect(handler).toHaveBeenCalledOnce()
  })

  it.each([
    ['all of several', requireScopes('reports:read', 'admin'), 'reports:read admin'],
    ['one of several', requireAnyScope('reports', 'REPORTS:READ'), 'reports REPORTS:READ'],
  ])('POLICY-2: answer 403 with the scopes, where %s are needed and missing', async (_, policy, scope) => {
    const app = appWith(protect(as.verifierOptions), policy)
    expect(await ask(app, '/', { headers })).toMatchObject({
      status: 403,
      challenge: `Bearer error="insufficient_scope", error_description="The access token lacks a scope that this resource needs", scope="${scope}"`,
      body: { error: 'insufficient_scope', code: 'scope_insufficient' },
    })
    expect(handler).not.toHaveBeenCalled()
  })

  it.each<[string, Middleware]>([
    ['a claim that is not there', requireClaim('email')],
    ['a claim with another value', requireClaim('tenant', 'other')],
    ['a claim with the value in another type', requireClaim('level', '3')],
    ['a path written as a name', requireClaim('realm_access.roles', 'editor')],
    ['what every object inherits', requireClaim('constructor')],
    ['a claim that a function does not accept', requireClaim('level', () => false)],
    ['a claim that a function accepts by something like true', requireClaim('level', () => 1 as never)],
    ['a predicate that says no', authorize(() => false)],
    ['a predicate that says nothing', authorize(() => undefined as never)],
    ['a predicate that says something like true', authorize(async () => 'true' as never)],
  ])('POLICY-3, POLICY-4: answer 403 to a request for %s', async (_, policy) => {
    const app = appWith(protect(as.verifierOptions), policy)
    expect(await ask(app, '/', { headers })).toMatchObject({
      status: 403,
      challenge: 'Bearer',
      body: { code: 'policy_denied', error_description: expect.any(String) },
    })
    expect(handler).not.toHaveBeenCalled()
  })

  it.each([new Error('bug'), undefined, null, 0, '', false, 'text', { status: 200 }])(
    'POLICY-4: answer 500 when a predicate throws %o, and go on nowhere',
    async (value) => {
      const fail = () => {
        throw value
      }
      const policies = [authorize(fail), authorize(async () => fail()), requireClaim('sub', fail)]
      for (const policy of policies) expect((await askWith(policy)).status).toBe(500)
      expect(thrown).toHaveBeenCalledTimes(policies.length)
      expect(handler).not.toHaveBeenCalled()
    },
  )

  it.each(allPolicies)('POLICY-1: answer 500 without protect before: %s', async (_, policy) => {
    const forge: Middleware = (ctx, next) => {
      const auth = { subject: 'jane', scopes: ['reports:read'], claims: { sub: 'jane' }, hasScope: () => true }
      ctx.state.auth = auth as never
      return next()
    }
    for (const before of [[], [forge]]) {
      expect(await ask(appWith(...before, policy), '/', { headers })).toMatchObject({ status: 500, challenge: null })
      expect(thrown.mock.lastCall?.[0]).toMatchObject({ message: expect.stringMatching(/put protect\(\)/) })
    }
    // One that comes after is too late.
    expect((await ask(appWith(policy, protect(as.verifierOptions)), '/', { headers })).status).toBe(500)
    expect(handler).not.toHaveBeenCalled()
  })

  it.each(allPolicies)(
    'POLICY-1: answer 500 after a refusal that a middleware waved through: %s',
    async (_, policy) => {
      const guard = protect(as.verifierOptions)
      const wave: Middleware = async (ctx, next) => {
        await guard(ctx, async () => {}).catch(() => {})
        await next()
      }
      expect((await ask(appWith(wave, policy))).status).toBe(500)
      expect(handler).not.toHaveBeenCalled()
    },
  )

  it.each(allPolicies)('CHAL-1: ask for a credential behind an optional protect: %s', async (_, policy) => {
    const app = appWith(protect(as.verifierOptions, { optional: true }), policy)
    expect(await ask(app)).toMatchObject({ status: 401, challenge: 'Bearer', body: { code: 'credential_missing' } })
    expect(handler).not.toHaveBeenCalled()
    expect((await ask(app, '/', { headers })).status).toBe(200)
  })

  it('POLICY-4: wait for what is like a promise, as the queries of some databases are', async () => {
    const like = <T>(promise: Promise<T>): PromiseLike<T> => ({
      // oxlint-disable-next-line unicorn/no-thenable -- it is one
      then: (...callbacks) => like(promise.then(...callbacks)),
    })
    const later = (answer: boolean) => like(new Promise<boolean>((resolve) => setImmediate(resolve, answer)))
    expect((await askWith(authorize(() => later(true) as never))).status).toBe(200)
    handler.mockClear()
    expect((await askWith(authorize(() => later(false) as never))).status).toBe(403)
    expect(handler).not.toHaveBeenCalled()
  })
})

describe('policies', () => {
  it('do not start with wrong parameters', () => {
    expect(() => requireScopes()).toThrow(ConfigurationError)
    expect(() => requireScopes('a b')).toThrow(ConfigurationError)
    expect(() => requireAnyScope('')).toThrow(ConfigurationError)
    expect(() => requireClaim([])).toThrow(ConfigurationError)
    expect(() => requireClaim('a', [])).toThrow(ConfigurationError)
    expect(() => authorize(true as never)).toThrow(ConfigurationError)
  })
})
