import type { IncomingMessage } from 'node:http'
import { Controller, Get, NotFoundException, type Type, UseGuards } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { createTestIssuer } from '@sallyport/testing'
import { describe, expect, it } from 'vitest'
import {
  AccessTokenGuard,
  Auth,
  type Authentication,
  Authorize,
  ConfigurationError,
  OptionalAccessToken,
  Public,
  RequireAnyScope,
  RequireClaim,
  RequireScopes,
  SallyportModule,
} from './index.ts'
import { platforms, serve } from './platforms.test.support.ts'

const as = await createTestIssuer()

interface TenantClaims {
  readonly tenant: string
}

describe.each(platforms)('decorators on $name', (platform) => {
  const serveControllers = (controllers: Type[], { guard = false, optional = false } = {}) =>
    serve(platform, {
      imports: [SallyportModule.forRoot({ ...as.verifierOptions, optional })],
      controllers,
      providers: guard ? [{ provide: APP_GUARD, useClass: AccessTokenGuard }] : [],
    })

  describe('that require something', () => {
    @Controller()
    class Routes {
      @Get('all')
      @RequireScopes('reports:read', 'reports:list')
      all() {}

      @Get('twice')
      @RequireScopes('reports:read')
      @RequireScopes('reports:list')
      twice() {}

      @Get('any')
      @RequireAnyScope('reports:read', 'reports:list')
      any() {}

      @Get('tenant')
      @RequireClaim('tenant')
      tenant() {}

      @Get('acme')
      @RequireClaim('tenant', ['acme', 'umbrella'])
      acme() {}

      @Get('admin')
      @RequireClaim(['realm', 'roles'], 'admin')
      admin() {}

      @Get('inherited')
      @RequireClaim(['constructor', 'name'])
      inherited() {}

      @Get('users/:user')
      @Authorize((auth, request: IncomingMessage & { params: { user?: string } }) =>
        Promise.resolve(auth.subject === request.params.user),
      )
      user() {}

      @Get('typed')
      @Authorize<TenantClaims>(({ claims }) => claims.tenant.startsWith('acme'))
      typed(@Auth() auth: Authentication<TenantClaims>) {
        return { tenant: auth.claims.tenant.toUpperCase() }
      }

      @Get('truthy')
      @Authorize(() => 'yes' as unknown as boolean)
      truthy() {}

      @Get('throwing')
      @Authorize(() => {
        throw new Error('a secret of the application')
      })
      throwing() {}

      @Get('missing')
      @Authorize(() => Promise.reject(new NotFoundException()))
      missing() {}
    }

    const answer = async (path: string, options: Parameters<typeof as.authorization>[0]) => {
      const agent = await serveControllers([Routes])
      expect((await agent.get(path)).status).toBe(401)
      return agent.get(path).set(await as.authorization(options))
    }

    it.each([
      ['/all', 'reports:read reports:list', 200],
      ['/all', 'reports:list', 403],
      ['/twice', 'reports:list reports:read', 200],
      ['/twice', 'reports:list', 403],
      ['/twice', 'reports:read', 403],
      ['/any', 'reports:list', 200],
      ['/any', 'reports', 403],
    ])('answer a request for %s with the scope "%s" with %d', async (path, scope, status) => {
      expect((await answer(path, { scope })).status).toBe(status)
    })

    it('POLICY-2: match scopes whole and by case', async () => {
      for (const scope of ['reports', 'reports:read:all', 'REPORTS:READ', 'areports:read']) {
        expect((await answer('/any', { scope })).status, scope).toBe(403)
      }
    })

    it('name the scopes that would have been enough in the challenge', async () => {
      const { status, headers, body } = await answer('/all', { scope: 'reports:list' })
      expect(status).toBe(403)
      expect(body).toMatchObject({ error: 'insufficient_scope', code: 'scope_insufficient' })
      expect(headers['www-authenticate']).toMatch(
        /^Bearer error="insufficient_scope", .*scope="reports:read reports:list"$/,
      )
    })

    it.each([
      ['/tenant', { tenant: 'initech' }, 200],
      ['/tenant', {}, 403],
      ['/acme', { tenant: 'umbrella' }, 200],
      ['/acme', { tenant: 'initech' }, 403],
      ['/admin', { realm: { roles: ['user', 'admin'] } }, 200],
      ['/admin', { realm: { roles: ['administrator'] } }, 403],
      ['/typed', { tenant: 'acme-west' }, 200],
      ['/typed', { tenant: 'initech' }, 403],
    ])('answer a request for %s with the claims %j with %d', async (path, claims, status) => {
      expect((await answer(path, { claims })).status).toBe(status)
    })

    it('POLICY-3: find no claim that the token does not have itself', async () => {
      expect((await answer('/inherited', {})).status).toBe(403)
    })

    it('give a predicate the request of the platform, and its parameters', async () => {
      expect((await answer('/users/jane', { subject: 'jane' })).status).toBe(200)
      expect(await answer('/users/jane', { subject: 'john' })).toMatchObject({
        status: 403,
        body: { code: 'policy_denied' },
        headers: { 'www-authenticate': 'Bearer' },
      })
    })

    it('give the handler claims of the type that it names', async () => {
      expect((await answer('/typed', { claims: { tenant: 'acme-west' } })).body).toEqual({ tenant: 'ACME-WEST' })
    })

    it('POLICY-4: let a predicate permit by true alone, and answer 500 when it throws', async () => {
      expect((await answer('/truthy', {})).status).toBe(403)
      const response = await answer('/throwing', {})
      expect(response.status).toBe(500)
      expect(response.text).not.toContain('secret')
    })

    it('answer with the exception of Nest that a predicate throws', async () => {
      expect((await answer('/missing', {})).status).toBe(404)
    })
  })

  describe('that say who may come', () => {
    @Controller('closed')
    @UseGuards(AccessTokenGuard)
    class Closed {
      @Get('plain')
      plain() {}

      @Get('public')
      @Public()
      public() {}

      @Get('optional')
      @OptionalAccessToken()
      optional() {}

      @Get('scoped')
      @RequireScopes('a')
      scoped() {}

      @Get('contradicting')
      @Public()
      @RequireScopes('a')
      contradicting() {}

      @Get('hesitating')
      @RequireScopes('a')
      @OptionalAccessToken()
      hesitating() {}
    }

    @Controller('public')
    @Public()
    class PublicController {
      @Get('plain')
      plain() {}

      @Get('scoped')
      @RequireScopes('a')
      scoped() {}

      @Get('optional')
      @OptionalAccessToken()
      optional() {}
    }

    @Controller('optional')
    @OptionalAccessToken()
    class Optional {
      @Get('plain')
      plain() {}

      @Get('public')
      @Public()
      public() {}

      @Get('scoped')
      @RequireScopes('a')
      scoped() {}
    }

    @Controller('scoped')
    @RequireScopes('a')
    class Scoped {
      @Get('plain')
      plain() {}

      @Get('public')
      @Public()
      public() {}

      @Get('optional')
      @OptionalAccessToken()
      optional() {}

      @Get('more')
      @RequireScopes('b')
      more() {}
    }

    @Controller('contradicting')
    @Public()
    @RequireScopes('a')
    class Contradicting {
      @Get('plain')
      plain() {}
    }

    @Controller('child')
    class Child extends Scoped {
      @Get('own')
      own() {}
    }

    @Controller('stricter')
    @RequireScopes('b')
    class Stricter extends Scoped {}

    @Controller('opened')
    @Public()
    class Opened extends Scoped {}

    const controllers = [Closed, PublicController, Optional, Scoped, Contradicting, Child, Stricter, Opened]

    // In turn: without a credential, with a bad one, with a good one without scopes, with scope a, with scopes a and b.
    const open = [200, 200, 200, 200, 200]
    const authenticated = [401, 401, 200, 200, 200]
    const optional = [200, 401, 200, 200, 200]
    const scoped = [401, 401, 403, 200, 200]
    const both = [401, 401, 403, 403, 200]
    const table: [string, number[]][] = [
      ['/closed/plain', authenticated],
      ['/closed/public', open],
      ['/closed/optional', optional],
      ['/closed/scoped', scoped],
      ['/closed/contradicting', scoped],
      ['/closed/hesitating', scoped],
      ['/public/plain', open],
      ['/public/scoped', scoped],
      ['/public/optional', optional],
      ['/optional/plain', optional],
      ['/optional/public', open],
      ['/optional/scoped', scoped],
      ['/scoped/plain', scoped],
      ['/scoped/public', open],
      ['/scoped/optional', optional],
      ['/scoped/more', both],
      ['/contradicting/plain', scoped],
      ['/child/plain', scoped],
      ['/child/own', scoped],
      ['/child/public', open],
      ['/stricter/plain', both],
      ['/opened/plain', scoped],
    ]

    const statuses = async (agent: Awaited<ReturnType<typeof serve>>, path: string) => {
      const credentials = [
        {},
        await as.authorization({ wrong: 'expired' }),
        await as.authorization(),
        await as.authorization({ scope: 'a' }),
        await as.authorization({ scope: 'a b' }),
      ]
      const answers: number[] = []
      for (const headers of credentials) answers.push((await agent.get(path).set(headers)).status)
      return answers
    }

    it.each([
      ['by themselves', { guard: false }],
      ['together with APP_GUARD', { guard: true }],
    ])('mean what they say %s', async (_, options) => {
      const agent = await serveControllers(controllers, options)
      const found = []
      for (const [path] of table) found.push([path, await statuses(agent, path)])
      expect(found).toEqual(table)
    })

    it('CRED-7: mean with the option `optional` that no credential passes, but nowhere a bad one', async () => {
      const agent = await serveControllers(controllers, { guard: true, optional: true })
      expect(await statuses(agent, '/closed/plain')).toEqual(optional)
      expect(await statuses(agent, '/closed/public')).toEqual(open)
      expect(await statuses(agent, '/closed/scoped')).toEqual(scoped)
      const malformed = await agent.get('/closed/plain').set('authorization', 'Bearer !')
      expect(malformed.status).toBe(400)
    })
  })

  describe('@Auth()', () => {
    @Controller()
    class Routes {
      @Get('optional')
      @OptionalAccessToken()
      optional(@Auth() auth: Authentication | undefined) {
        return { subject: auth?.subject ?? 'nobody' }
      }

      @Get('public')
      @Public()
      public(@Auth() auth: Authentication) {
        return { subject: auth.subject }
      }

      @Get('unguarded')
      unguarded(@Auth() auth: Authentication | undefined) {
        return { subject: auth?.subject ?? 'nobody' }
      }
    }

    it('CRED-7: is undefined where a request without a credential passed', async () => {
      const agent = await serveControllers([Routes])
      expect((await agent.get('/optional')).body).toEqual({ subject: 'nobody' })
      expect((await agent.get('/optional').set(await as.authorization({ subject: 'jane' }))).body).toEqual({
        subject: 'jane',
      })
    })

    it('POLICY-1: is a mistake, answered with 500, where no guard looked at the request', async () => {
      const agent = await serveControllers([Routes])
      for (const path of ['/public', '/unguarded']) {
        expect((await agent.get(path).set(await as.authorization())).status).toBe(500)
      }
    })
  })
})

describe('decorators', () => {
  it.each([
    ['no scope', () => RequireScopes()],
    ['several scopes in one string', () => RequireScopes('reports:read reports:list')],
    ['no scope of any', () => RequireAnyScope()],
    ['an empty claim', () => RequireClaim('')],
    ['no predicate', () => Authorize(undefined as never)],
  ])('refuse %s when they are written', (_, decorate) => {
    expect(decorate).toThrow(ConfigurationError)
  })
})
