import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import {
  Controller,
  Get,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type ModuleMetadata,
  type NestModule,
  Next,
  Post,
  Req,
  Scope,
  UseGuards,
} from '@nestjs/common'
import { APP_GUARD, REQUEST } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { createTestIssuer, startTestIssuer, wrongEncryptedTokens, wrongTokens } from '@sallyport/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  AccessTokenGuard,
  Auth,
  type Authentication,
  createVerifier,
  getAuth,
  type HttpRequest,
  RequireScopes,
  SallyportModule,
  type SallyportModuleOptions,
} from './index.ts'
import { platforms, serve, startApp } from './platforms.test.support.ts'

const as = await createTestIssuer()
const encrypting = await createTestIssuer({ encrypted: true })

@Controller('me')
@UseGuards(AccessTokenGuard)
class Me {
  @Get()
  read(@Auth() auth: Authentication, @Req() request: { auth?: Authentication }) {
    return { subject: auth.subject, isAtRequest: request.auth === auth }
  }

  @Post()
  write(@Auth() auth: Authentication) {
    return { subject: auth.subject }
  }
}

@Controller('open')
class Open {
  @Get()
  read() {
    return 'open'
  }
}

function withMe(options: SallyportModuleOptions = as.verifierOptions): ModuleMetadata {
  return { imports: [SallyportModule.forRoot(options)], controllers: [Me] }
}

describe.each(platforms)('AccessTokenGuard on $name', (platform) => {
  it('lets a genuine token pass, and hands its authentication to the handler', async () => {
    const agent = await serve(platform, withMe())
    const response = await agent.get('/me').set(await as.authorization({ subject: 'jane' }))
    expect(response).toMatchObject({ status: 200, body: { subject: 'jane', isAtRequest: true } })
    expect(response.headers).not.toHaveProperty('www-authenticate')
  })

  it('lets an encrypted token pass', async () => {
    const agent = await serve(platform, withMe(encrypting.verifierOptions))
    const headers = await encrypting.authorization({ subject: 'jane' })
    expect(headers.authorization.split('.')).toHaveLength(5)
    expect(await agent.get('/me').set(headers)).toMatchObject({ status: 200, body: { subject: 'jane' } })
  })

  it('CHAL-1, CHAL-5, CHAL-6: answers a request without a credential with a bare challenge', async () => {
    const agent = await serve(platform, withMe())
    const response = await agent.get('/me')
    expect(response.status).toBe(401)
    expect(response.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'cache-control': 'no-store' })
    expect(response.type).toBe('application/json')
    expect(response.body).toEqual({
      error_description: 'This resource needs an access token',
      code: 'credential_missing',
    })
  })

  it('CHAL-5, CHAL-6: refuses every wrong token by its own code, and no handler sees it', async () => {
    const agent = await serve(platform, withMe())
    for (const { kind, status, code } of Object.values(wrongTokens)) {
      const response = await agent.get('/me').set(await as.authorization({ wrong: kind }))
      expect(response, kind).toMatchObject({ status, body: { error: 'invalid_token', code } })
      expect(Object.keys(response.body), kind).toEqual(['error', 'error_description', 'code'])
      const challenge = `Bearer error="invalid_token", error_description="${response.body.error_description}"`
      expect(response.headers, kind).toMatchObject({ 'www-authenticate': challenge, 'cache-control': 'no-store' })
    }
  })

  it('refuses every wrong encrypted token by its own code', async () => {
    const agent = await serve(platform, withMe(encrypting.verifierOptions))
    for (const { kind, status, code } of Object.values(wrongEncryptedTokens)) {
      const response = await agent.get('/me').set(await encrypting.authorization({ wrong: kind }))
      expect(response, kind).toMatchObject({ status, body: { error: 'invalid_token', code } })
    }
  })

  it('CHAL-3: echoes nothing of the request', async () => {
    const agent = await serve(platform, withMe())
    const planted = 'planted-by-a-stranger'
    const token = await as.mint({ header: { kid: planted, typ: planted }, claims: { iss: planted, aud: planted } })
    const response = await agent.get(`/me?${planted}`).set('authorization', `Bearer ${token}`).set('host', planted)
    expect(response.status).toBe(401)
    expect(JSON.stringify([response.headers, response.text])).not.toContain(planted)
  })

  it('names the configured realm', async () => {
    const agent = await serve(platform, withMe({ ...as.verifierOptions, realm: 'reports' }))
    expect((await agent.get('/me')).headers['www-authenticate']).toBe('Bearer realm="reports"')
  })

  it('CRED-1: takes the scheme in any case, and refuses what is not one b64token with 400', async () => {
    const agent = await serve(platform, withMe())
    const token = await as.mint()
    for (const value of [`bearer ${token}`, `BEARER   ${token}`]) {
      expect((await agent.get('/me').set('authorization', value)).status, value.slice(0, 9)).toBe(200)
    }
    for (const value of ['Bearer', `Bearer "${token}"`, `Bearer ${token} ${token}`, `Bearer ${token},${token}`]) {
      const response = await agent.get('/me').set('authorization', value)
      expect(response).toMatchObject({ status: 400, body: { error: 'invalid_request', code: 'credential_malformed' } })
      expect(response.headers['www-authenticate']).toMatch(/^Bearer error="invalid_request", error_description="/)
    }
    const basic = await agent.get('/me').set('authorization', 'Basic amFuZTpkb2U=')
    expect(basic).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } })
  })

  it('CRED-2: refuses a second Authorization field, which the headers of Node.js hide', async () => {
    const app = await startApp(platform, withMe())
    const { authorization } = await as.authorization()
    const { port } = app.getHttpServer().address() as AddressInfo
    const statuses = [[authorization], [authorization, authorization], ['Basic amFuZTpkb2U=', authorization]].map(
      async (values) => {
        const headers = values.flatMap((value) => ['authorization', value])
        const request = httpRequest({ port, path: '/me', agent: false, headers: ['host', 'localhost', ...headers] })
        const answered = new Promise<number | undefined>((resolve, reject) => {
          request.once('error', reject).once('response', (response) => {
            text(response).then(() => resolve(response.statusCode), reject)
          })
        })
        request.end()
        return answered
      },
    )
    expect(await Promise.all(statuses)).toEqual([200, 400, 400])
  })

  it('CRED-3, CRED-5: takes the configured cookie, but only one credential', async () => {
    const agent = await serve(platform, withMe({ ...as.verifierOptions, cookie: '__Host-token' }))
    const cookie = `__Host-token=${await as.mint({ subject: 'jane' })}`
    expect(await agent.get('/me').set('cookie', cookie)).toMatchObject({ status: 200, body: { subject: 'jane' } })
    expect((await agent.get('/me').set('cookie', cookie.replace('-token', '-other'))).status).toBe(401)
    const ambiguous = { status: 400, body: { code: 'credential_ambiguous' } }
    expect(await agent.get('/me').set('cookie', `${cookie}; ${cookie}`)).toMatchObject(ambiguous)
    const both = agent.get('/me').set('cookie', cookie)
    expect(await both.set(await as.authorization())).toMatchObject(ambiguous)
  })

  it('CRED-5: takes no cookie that is not configured', async () => {
    const agent = await serve(platform, withMe())
    const response = await agent.get('/me').set('cookie', `__Host-token=${await as.mint()}`)
    expect(response).toMatchObject({ status: 401, body: { code: 'credential_missing' } })
  })

  it('CRED-4: never reads a token from the query or the body', async () => {
    const agent = await serve(platform, withMe())
    const token = await as.mint()
    const missing = { status: 401, body: { code: 'credential_missing' } }
    expect(await agent.get('/me').query({ access_token: token })).toMatchObject(missing)
    expect(await agent.post('/me').send({ access_token: token })).toMatchObject(missing)
    expect(await agent.post('/me').type('form').send({ access_token: token })).toMatchObject(missing)
  })

  it('CRED-6: refuses a token over maxTokenBytes', async () => {
    const token = await as.mint()
    const allowing = async (maxTokenBytes: number) => {
      const agent = await serve(platform, withMe({ ...as.verifierOptions, maxTokenBytes }))
      return agent.get('/me').set('authorization', `Bearer ${token}`)
    }
    expect((await allowing(token.length)).status).toBe(200)
    expect(await allowing(token.length - 1)).toMatchObject({ status: 401, body: { code: 'token_too_large' } })
  })

  it.each([
    ['CHAL-7: answers 503 with Retry-After, and without a challenge, while keys cannot be had', { optional: false }],
    [
      'CRED-7: answers 503 while keys cannot be had, although a request without a credential passes',
      { optional: true },
    ],
  ])('%s', async (_, options) => {
    const running = await startTestIssuer()
    onTestFinished(() => running.close())
    running.respondWith('unavailable')
    const agent = await serve(platform, withMe({ ...running.verifierOptions, ...options }))
    const response = await agent.get('/me').set(await running.authorization())
    expect(response).toMatchObject({ status: 503, body: { code: 'keys_unavailable' } })
    expect(response.headers['retry-after']).toMatch(/^[1-9]\d*$/)
    expect(response.headers).not.toHaveProperty('www-authenticate')
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it('POLICY-1: trusts nothing that stands at req.auth', async () => {
    const forged = { subject: 'forged', hasScope: () => true }

    @Controller('reports')
    class Reports {
      @Get()
      @RequireScopes('reports:read')
      read(@Auth() auth: Authentication) {
        return { subject: auth.subject }
      }
    }

    @Controller('unguarded')
    class Unguarded {
      @Get()
      read(@Auth() auth: Authentication) {
        return { subject: auth.subject }
      }
    }

    @Module({ imports: [SallyportModule.forRoot(as.verifierOptions)], controllers: [Reports, Unguarded] })
    class AppModule implements NestModule {
      configure(consumer: MiddlewareConsumer) {
        const forge = (request: object, _: unknown, next: () => void) => {
          Object.assign(request, { auth: forged, raw: forged })
          next()
        }
        consumer.apply(forge).forRoutes(Reports, Unguarded)
      }
    }

    const agent = await serve(platform, { imports: [AppModule] })
    expect((await agent.get('/reports')).status).toBe(401)
    expect((await agent.get('/reports').set(await as.authorization())).status).toBe(403)
    const granted = await as.authorization({ subject: 'jane', scope: 'reports:read' })
    expect((await agent.get('/reports').set(granted)).body).toEqual({ subject: 'jane' })
    expect((await agent.get('/unguarded').set(granted)).status).toBe(500)
  })

  it.each([
    ['a provider of its class', { provide: APP_GUARD, useClass: AccessTokenGuard }],
    ['the provider of the module', { provide: APP_GUARD, useExisting: AccessTokenGuard }],
  ])('protects everything as APP_GUARD, as %s', async (_, provider) => {
    const agent = await serve(platform, { ...withMe(), controllers: [Open], providers: [provider] })
    expect((await agent.get('/open')).status).toBe(401)
    expect(await agent.get('/open').set(await as.authorization())).toMatchObject({ status: 200, text: 'open' })
  })

  it('protects everything as a global guard', async () => {
    const agent = await serve(
      platform,
      { ...withMe(), controllers: [Open] },
      { configure: (app) => app.useGlobalGuards(app.get(AccessTokenGuard)) },
    )
    expect((await agent.get('/open')).status).toBe(401)
    expect((await agent.get('/open').set(await as.authorization())).status).toBe(200)
  })

  it('leaves alone what it was not put before', async () => {
    const agent = await serve(platform, { ...withMe(), controllers: [Open, Me] })
    expect(await agent.get('/open').set('authorization', 'Bearer !')).toMatchObject({ status: 200, text: 'open' })
  })

  it('verifies a token once, however often it stands before a handler', async () => {
    const verifier = createVerifier(as.verifierOptions)
    const decided: string[] = []
    verifier.subscribe(({ type }) => decided.push(type))

    @Controller('reports')
    @RequireScopes('reports:read')
    @UseGuards(AccessTokenGuard)
    class Reports {
      @Get()
      @UseGuards(AccessTokenGuard)
      @RequireScopes('reports:list')
      list() {}
    }

    const agent = await serve(platform, {
      imports: [SallyportModule.forRoot(verifier)],
      controllers: [Reports],
      providers: [{ provide: APP_GUARD, useClass: AccessTokenGuard }],
    })
    const read = async (scope: string) => agent.get('/reports').set(await as.authorization({ scope }))
    expect((await read('reports:read reports:list')).status).toBe(200)
    expect(decided).toEqual(['accepted'])
    expect((await read('reports:read')).status).toBe(403)
    expect((await read('reports:list')).status).toBe(403)
    expect(decided).toEqual(['accepted', 'accepted', 'accepted'])
  })

  it('asks both verifiers where a second one protects a part of an application', async () => {
    const admin = await createTestIssuer({ audience: 'https://admin.test' })

    @Controller('admin')
    @UseGuards(AccessTokenGuard)
    class Admin {
      @Get()
      read(@Auth() auth: Authentication) {
        return { audience: auth.audience }
      }
    }

    @Module({ imports: [SallyportModule.forRoot(admin.verifierOptions)], controllers: [Admin] })
    class AdminModule {}

    const protectedTwice = { imports: [SallyportModule.forRoot(as.verifierOptions), AdminModule], controllers: [Me] }
    const agent = await serve(platform, protectedTwice)
    expect((await agent.get('/me').set(await as.authorization())).status).toBe(200)
    expect((await agent.get('/me').set(await admin.authorization())).status).toBe(401)
    expect((await agent.get('/admin').set(await admin.authorization())).status).toBe(200)
    expect((await agent.get('/admin').set(await as.authorization())).status).toBe(401)

    const everywhere = { ...protectedTwice, providers: [{ provide: APP_GUARD, useClass: AccessTokenGuard }] }
    const strict = await serve(platform, everywhere)
    expect((await strict.get('/me').set(await as.authorization())).status).toBe(200)
    expect((await strict.get('/admin').set(await as.authorization())).status).toBe(401)
  })

  it('protects routes with a prefix and controllers that are made for each request', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Caller {
      constructor(@Inject(REQUEST) private readonly request: HttpRequest) {}

      subject() {
        return getAuth(this.request).subject
      }
    }

    @Controller({ path: 'caller', scope: Scope.REQUEST })
    @RequireScopes('caller:read')
    class Callers {
      constructor(@Inject(Caller) private readonly caller: Caller) {}

      @Get()
      read(@Auth() auth: Authentication) {
        return { fromService: this.caller.subject(), fromParameter: auth.subject }
      }
    }

    const agent = await serve(
      platform,
      { ...withMe(), controllers: [Callers], providers: [Caller] },
      { configure: (app) => app.setGlobalPrefix('api') },
    )
    expect((await agent.get('/api/caller')).status).toBe(401)
    const answers = ['jane', 'john'].map(async (subject) => {
      const headers = await as.authorization({ subject, scope: 'caller:read' })
      return (await agent.get('/api/caller').set(headers)).body
    })
    expect(await Promise.all(answers)).toEqual([
      { fromService: 'jane', fromParameter: 'jane' },
      { fromService: 'john', fromParameter: 'john' },
    ])
  })
})

it('asks what a controller requires, also after another one that has the same handler', async () => {
  class Reports {
    @Get()
    list(@Next() next: () => void) {
      // Express goes on to the next route of the path.
      next()
    }
  }

  @Controller('reports')
  @UseGuards(AccessTokenGuard)
  class OfAll extends Reports {}

  @Controller('reports')
  @RequireScopes('reports:read')
  class OfReaders extends Reports {}

  const agent = await serve(platforms[0]!, { ...withMe(), controllers: [OfAll, OfReaders] })
  expect((await agent.get('/reports').set(await as.authorization())).status).toBe(403)
  expect((await agent.get('/reports').set(await as.authorization({ scope: 'reports:read' }))).status).toBe(404)
})

it('protects an application on Fastify that is asked without a socket', async () => {
  const app = await startApp(platforms[1]!, withMe())
  const { inject } = app as unknown as NestFastifyApplication
  const read = async (headers: { readonly authorization?: string }) => inject.call(app, { url: '/me', headers })
  expect(await read({})).toMatchObject({ statusCode: 401, headers: { 'www-authenticate': 'Bearer' } })
  expect(await read(await as.authorization())).toMatchObject({ statusCode: 200 })
})
