import { inspect } from 'node:util'
import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  Controller,
  type ExceptionFilter,
  ForbiddenException,
  Get,
  HttpException,
  Logger,
  type LoggerService,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common'
import { APP_FILTER, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core'
import { createTestIssuer, startTestIssuer, wrongTokens } from '@sallyport/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AccessTokenError, Auth, type Authentication, RequireClaim, RequireScopes, SallyportModule } from './index.ts'
import { platforms, serve } from './platforms.test.support.ts'

const as = await createTestIssuer()

interface Response {
  status(status: number): Response
  send(body: unknown): unknown
}

const responseOf = (host: ArgumentsHost) => host.switchToHttp().getResponse<Response>()

/** As users write it: with a body of its own. */
@Catch(UnauthorizedException)
class UnauthorizedFilter implements ExceptionFilter {
  catch(exception: UnauthorizedException, host: ArgumentsHost) {
    responseOf(host).status(exception.getStatus()).send({ filter: exception.message })
  }
}

@Catch()
class EverythingFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost) {
    const status = exception instanceof HttpException ? exception.getStatus() : 500
    const filter = exception instanceof Error ? exception.message : 'unknown'
    responseOf(host).status(status).send({ filter })
  }
}

/** Has forgotten the status. */
@Catch()
class ForgetfulFilter implements ExceptionFilter {
  catch(exception: Error, host: ArgumentsHost) {
    responseOf(host).send({ filter: exception.message })
  }
}

/** Through the adapter, as Nest's documentation of catch-all filters has it. */
@Catch()
class AdapterFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost) {
    const status = exception instanceof HttpException ? exception.getStatus() : 500
    const filter = exception instanceof Error ? exception.message : 'unknown'
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { filter }, status)
  }
}

@Catch()
class InheritingFilter extends BaseExceptionFilter {}

@Controller('reports')
class Reports {
  @Get()
  @RequireScopes('reports:read')
  list() {}

  @Get('mine')
  @RequireClaim('tenant')
  mine(@Auth() auth: Authentication) {
    if (auth.subject === 'jane') throw new Error('The reports of this user are damaged')
  }
}

const metadata = { imports: [SallyportModule.forRoot(as.verifierOptions)], controllers: [Reports] }

describe.each(platforms)('exceptions on $name', (platform) => {
  it.each([UnauthorizedFilter, EverythingFilter, ForgetfulFilter, AdapterFilter])(
    'CHAL-4: status and challenge survive a filter of the application: %o',
    async (filter) => {
      const agent = await serve(platform, { ...metadata, providers: [{ provide: APP_FILTER, useClass: filter }] })
      const missing = await agent.get('/reports')
      expect(missing).toMatchObject({ status: 401, body: { filter: 'This resource needs an access token' } })
      expect(missing.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'cache-control': 'no-store' })
      const expired = await agent.get('/reports').set(await as.authorization({ wrong: 'expired' }))
      expect(expired).toMatchObject({ status: 401, body: { filter: 'The access token has expired' } })
      expect(expired.headers['www-authenticate']).toMatch(/^Bearer error="invalid_token", /)
      const unscoped = await agent.get('/reports').set(await as.authorization())
      expect(unscoped.status).toBe(403)
      expect(unscoped.headers['www-authenticate']).toMatch(
        /^Bearer error="insufficient_scope", .*scope="reports:read"$/,
      )
    },
  )

  it('CHAL-4: status, challenge and body survive a filter that hands on to the one of Nest', async () => {
    const providers = [{ provide: APP_FILTER, useClass: InheritingFilter }]
    const response = await (await serve(platform, { ...metadata, providers })).get('/reports')
    expect(response).toMatchObject({ status: 401, body: { code: 'credential_missing' } })
    expect(response.headers['www-authenticate']).toBe('Bearer')
  })

  it('are those that Nest has for the status, and carry the error', async () => {
    const caught: unknown[] = []

    @Catch()
    class Recorder extends BaseExceptionFilter {
      override catch(exception: unknown, host: ArgumentsHost) {
        caught.push(exception)
        // oxlint-disable-next-line promise/valid-params -- it is no promise
        super.catch(exception, host)
      }
    }

    const running = await startTestIssuer()
    onTestFinished(() => running.close())
    running.respondWith('down')
    const providers = [{ provide: APP_FILTER, useClass: Recorder }]
    const agent = await serve(platform, { ...metadata, providers })
    await agent.get('/reports').set('authorization', 'Bearer !')
    await agent.get('/reports')
    await agent.get('/reports').set(await as.authorization())
    const imports = [SallyportModule.forRoot(running.verifierOptions)]
    const faulty = await serve(platform, { ...metadata, imports, providers })
    await faulty.get('/reports').set(await running.authorization())
    for (const [index, [type, status, code]] of (
      [
        [BadRequestException, 400, 'credential_malformed'],
        [UnauthorizedException, 401, 'credential_missing'],
        [ForbiddenException, 403, 'scope_insufficient'],
        [ServiceUnavailableException, 503, 'keys_unavailable'],
      ] as const
    ).entries()) {
      const exception = caught[index]
      expect(exception).toBeInstanceOf(type)
      const { cause, message, ...others } = exception as HttpException
      expect(cause).toBeInstanceOf(AccessTokenError)
      expect(cause).toMatchObject({ code, status, message })
      expect(others).toMatchObject({ response: { code, error_description: message }, status })
    }
    expect(caught).toHaveLength(4)
  })

  it('LOG-1: no token, claim or cookie is in an exception, a log line or a response', async () => {
    const seen: unknown[] = []

    @Catch()
    class Recorder extends BaseExceptionFilter {
      override catch(exception: unknown, host: ArgumentsHost) {
        seen.push(inspect(exception, { depth: 20, showHidden: true, getters: true }), JSON.stringify(exception))
        // oxlint-disable-next-line promise/valid-params -- it is no promise
        super.catch(exception, host)
      }
    }

    const log = (...parts: unknown[]) => seen.push(inspect(parts, { depth: 20, showHidden: true }))
    const logger: LoggerService = { log, error: log, warn: log, debug: log, verbose: log, fatal: log }
    const imports = [SallyportModule.forRoot({ ...as.verifierOptions, cookie: '__Host-token' })]
    const providers = [{ provide: APP_FILTER, useClass: Recorder }]
    const configure = { configure: () => Logger.overrideLogger(logger) }
    const agent = await serve(platform, { ...metadata, imports, providers }, configure)
    const claims = { tenant: 'planted-tenant', email: 'planted@mail.test' }
    const secrets = ['planted']
    for (const wrong of [undefined, ...Object.values(wrongTokens).map(({ kind }) => kind)]) {
      for (const subject of ['jane', 'planted-subject']) {
        const token = await as.mint({ subject, claims, wrong })
        secrets.push(...token.split('.').filter((segment) => segment.length > 40))
        for (const path of ['/reports', '/reports/mine']) {
          const byHeader = await agent.get(path).set('authorization', `Bearer ${token}`)
          const byCookie = await agent.get(path).set('cookie', `__Host-token=${token}`)
          seen.push(...[byHeader, byCookie].flatMap(({ headers, text }) => [JSON.stringify(headers), text]))
        }
      }
    }
    const everything = seen.join('\n')
    expect(everything).toContain('The reports of this user are damaged')
    expect(everything).toContain('token_expired')
    expect(secrets.filter((secret) => everything.includes(secret))).toEqual([])
  })
})

it('leave alone a response that was begun before', async () => {
  const caught: unknown[] = []

  @Catch()
  class Recorder implements ExceptionFilter {
    catch(exception: unknown, host: ArgumentsHost) {
      caught.push(exception)
      host.switchToHttp().getResponse<{ end(): void }>().end()
    }
  }

  const providers = [{ provide: APP_FILTER, useClass: Recorder }]
  const agent = await serve(
    platforms[0]!,
    { ...metadata, providers },
    {
      configure: (app) => {
        app.use((_: unknown, response: { write(text: string): void }, next: () => void) => {
          response.write('begun')
          next()
        })
      },
    },
  )
  expect(await agent.get('/reports')).toMatchObject({ status: 200, text: 'begun' })
  expect(caught).toEqual([expect.any(UnauthorizedException)])
})
