import type { AddressInfo, Server } from 'node:net'
import { Controller, type ExecutionContext, Get, UseGuards } from '@nestjs/common'
import { APP_GUARD, ExternalContextCreator } from '@nestjs/core'
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices'
import { Test } from '@nestjs/testing'
import { createTestIssuer } from '@sallyport/testing'
import { firstValueFrom } from 'rxjs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  AccessTokenGuard,
  Auth,
  type Authentication,
  Authorize,
  OptionalAccessToken,
  Public,
  RequireScopes,
  SallyportModule,
} from './index.ts'
import { platforms } from './platforms.test.support.ts'

const as = await createTestIssuer()

class Handlers {
  plain() {
    return 'handled'
  }

  @RequireScopes('reports:read')
  scoped() {
    return 'handled'
  }

  @OptionalAccessToken()
  optional() {
    return 'handled'
  }

  @Authorize(async () => true)
  asked() {
    return 'handled'
  }

  @Public()
  public() {
    return 'handled'
  }
}

/** As a request that carries a good credential. */
const request = async () => {
  const { authorization } = await as.authorization({ scope: 'reports:read' })
  return { headers: { authorization }, rawHeaders: ['authorization', authorization] }
}

function contextOf(type: string, handler: () => unknown, parameters: readonly unknown[]): ExecutionContext {
  const host = () => ({ getRequest: () => parameters[0], getResponse: () => parameters[1] })
  return {
    getType: () => type,
    getClass: () => Handlers,
    getHandler: () => handler,
    getArgs: () => parameters,
    getArgByIndex: (index: number) => parameters[index],
    switchToHttp: host,
    switchToRpc: host,
    switchToWs: host,
  } as unknown as ExecutionContext
}

async function makeGuard() {
  const module = await Test.createTestingModule({ imports: [SallyportModule.forRoot(as.verifierOptions)] }).compile()
  return module.get(AccessTokenGuard)
}

/** The same credential, which no guard has seen at this request. */
const again = ({ headers, rawHeaders }: Awaited<ReturnType<typeof request>>) => ({ headers, rawHeaders })

const { plain, scoped, optional, asked, public: open } = Handlers.prototype

describe('a context of HTTP', () => {
  it('is answered at once when nothing has to be waited for, and later when something has', async () => {
    const guard = await makeGuard()
    const good = await request()
    expect(await guard.canActivate(contextOf('http', scoped, [good]))).toBe(true)
    for (const handler of [plain, scoped, optional, open]) {
      expect(guard.canActivate(contextOf('http', handler, [again(good)]))).toBe(true)
    }
    const later = guard.canActivate(contextOf('http', asked, [again(good)]))
    expect(later).toBeInstanceOf(Promise)
    expect(await later).toBe(true)
  })

  it('is asked for what the decorators say, which are read once for a handler of a controller', async () => {
    const guard = await makeGuard()
    const good = await request()
    const read = vi.spyOn(Reflect, 'getMetadata')
    onTestFinished(() => read.mockRestore())
    class Fresh {
      handler() {}
    }
    const { handler } = Fresh.prototype
    const context = () => ({ ...contextOf('http', handler, [again(good)]), getClass: () => Fresh }) as ExecutionContext
    expect(await guard.canActivate(context())).toBe(true)
    expect(read).toHaveBeenCalled()
    read.mockClear()
    expect(await guard.canActivate(context())).toBe(true)
    expect(read).not.toHaveBeenCalled()
  })
})

describe('a context other than HTTP', () => {
  it.each(['rpc', 'ws', 'graphql', 'command', 'HTTP', ''])(
    'POLICY-7: is refused, though a good credential is there: "%s"',
    async (type) => {
      const guard = await makeGuard()
      expect(await guard.canActivate(contextOf('http', scoped, [await request()]))).toBe(true)
      for (const handler of [plain, scoped, optional]) {
        const context = contextOf(type, handler, [await request()])
        expect(() => guard.canActivate(context)).toThrow(`called in the context "${type}"`)
      }
    },
  )

  it.each([
    ['nothing', undefined],
    ['a text', 'authorization: Bearer'],
    ['an object that is no request', { headers: { authorization: 'Bearer' } }],
    ['an object with something like header fields', { rawHeaders: 'authorization: Bearer' }],
    ['an object with something raw', { raw: 'authorization: Bearer' }],
  ])('POLICY-7: is refused when it is only called "http", and has %s for a request', async (_, parameter) => {
    const guard = await makeGuard()
    for (const handler of [plain, scoped, optional]) {
      expect(() => guard.canActivate(contextOf('http', handler, [parameter]))).toThrow('HTTP requests')
    }
  })

  it('is let through to a handler that is open by @Public()', async () => {
    const guard = await makeGuard()
    expect(await guard.canActivate(contextOf('rpc', open, []))).toBe(true)
  })

  it('POLICY-7: is refused where Nest calls a handler for others, as for GraphQL', async () => {
    const module = await Test.createTestingModule({
      imports: [SallyportModule.forRoot(as.verifierOptions)],
      providers: [Handlers, { provide: APP_GUARD, useClass: AccessTokenGuard }],
    }).compile()
    module.useLogger(false)
    const handlers = module.get(Handlers)
    const call = (name: 'plain' | 'scoped' | 'public', type: string) =>
      module
        .get(ExternalContextCreator)
        .create(
          handlers,
          handlers[name],
          name,
          '',
          undefined,
          undefined,
          undefined,
          undefined,
          type,
        )({}, {}, {}, {})
    for (const type of ['graphql', 'ws', 'http']) {
      await expect(call('plain', type), type).rejects.toThrow(`context "${type}"`)
      await expect(call('scoped', type), type).rejects.toThrow(`context "${type}"`)
      expect(await call('public', type), type).toBe('handled')
    }
  })

  it.each(platforms)('POLICY-7: is refused in a microservice beside an application on $name', async (platform) => {
    @Controller()
    class Reports {
      handled = 0

      @Get('reports')
      @MessagePattern('reports')
      @UseGuards(AccessTokenGuard)
      list() {
        return `handled ${++this.handled}`
      }

      @MessagePattern('mine')
      mine(@Auth() auth: Authentication) {
        return `handled ${++this.handled} for ${auth.subject}`
      }

      @MessagePattern('public')
      @Public()
      @UseGuards(AccessTokenGuard)
      public() {
        return 'open'
      }
    }

    const metadata = { imports: [SallyportModule.forRoot(as.verifierOptions)], controllers: [Reports] }
    const module = await Test.createTestingModule(metadata).compile()
    const app = module.createNestApplication(platform.adapter(), { logger: false })
    onTestFinished(() => app.close())
    const microservice = app.connectMicroservice({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
    })
    await app.startAllMicroservices()
    await app.listen(0, '127.0.0.1')
    const { port } = microservice.unwrap<Server>().address() as AddressInfo
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } })
    onTestFinished(() => client.close())
    const send = async (pattern: string) => firstValueFrom(client.send<string>(pattern, await request()))

    expect(await send('public')).toBe('open')
    await expect(send('reports')).rejects.toMatchObject({ status: 'error', message: 'Internal server error' })
    await expect(send('mine')).rejects.toMatchObject({ status: 'error', message: 'Internal server error' })
    const response = await fetch(`${await app.getUrl()}/reports`, { headers: await as.authorization() })
    expect(await response.text()).toBe('handled 1')
  })
})
