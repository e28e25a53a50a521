import 'reflect-metadata'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { All, Controller, Module, Req } from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { createVerifier } from '@sallyport/core'
import { protect as protectExpress } from '@sallyport/express'
import { protect as protectKoa } from '@sallyport/koa'
import { AccessTokenGuard, SallyportModule } from '@sallyport/nest'
import express from 'express'
import Koa from 'koa'
import { nestedPolicy, toOptions } from '../policy.ts'
import { cookieName } from './expectation.ts'

/** A protected API on a loopback port. */
export interface FuzzServer {
  readonly name: 'express' | 'koa' | 'nest'
  readonly port: number
  close(): Promise<void>
}

const options = { ...toOptions(nestedPolicy), cookie: cookieName }

/** What everybody answers who let a request pass. */
const answerTo = (request: IncomingMessage) => ({ id: request.headers['x-id'] ?? null })

function expressListener(): RequestListener {
  const app = express()
  app.use(protectExpress(createVerifier(options)))
  app.use((request, response) => {
    response.json(answerTo(request))
  })
  return app
}

function koaListener(): RequestListener {
  const app = new Koa()
  app.silent = true
  app.use(protectKoa(createVerifier(options)))
  app.use((ctx) => {
    ctx.body = answerTo(ctx.req)
  })
  const callback = app.callback()
  return (request, response) => void callback(request, response)
}

@Controller()
class ReportsController {
  @All('{*path}')
  read(@Req() request: IncomingMessage) {
    return answerTo(request)
  }
}

@Module({
  imports: [SallyportModule.forRoot(options)],
  controllers: [ReportsController],
  providers: [{ provide: APP_GUARD, useExisting: AccessTokenGuard }],
})
class ReportsModule {}

async function startNest(): Promise<FuzzServer> {
  const app = await NestFactory.create(ReportsModule, { logger: false, bodyParser: false, abortOnError: false })
  await app.listen(0, '127.0.0.1')
  const server = app.getHttpServer() as Server
  return {
    name: 'nest',
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections()
      await app.close()
    },
  }
}

async function start(name: 'express' | 'koa', listener: RequestListener): Promise<FuzzServer> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    name,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export async function startServers(): Promise<readonly FuzzServer[]> {
  return [await start('express', expressListener()), await start('koa', koaListener()), await startNest()]
}
