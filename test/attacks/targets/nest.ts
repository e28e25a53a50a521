import 'reflect-metadata'
import { All, Controller, Get, Module, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  AccessTokenGuard,
  Auth,
  type Authentication,
  RequireScopes,
  SallyportModule,
  type VerifierOptions,
} from '@sallyport/nest'
import type { Api } from './listen.ts'

@Controller()
@UseGuards(AccessTokenGuard)
class ReportsController {
  @All('reports')
  reports(@Auth() auth: Authentication) {
    return { sub: auth.subject }
  }

  @Get('admin')
  @RequireScopes('admin')
  admin(@Auth() auth: Authentication) {
    return { sub: auth.subject }
  }
}

@Module({})
class ApiModule {}

/** An API in NestJS, protected as its documentation says. */
export async function startNestApi(options: VerifierOptions): Promise<Api> {
  const imports = [SallyportModule.forRoot(options)]
  const app = await NestFactory.create(
    { module: ApiModule, imports, controllers: [ReportsController] },
    { logger: false, abortOnError: false, forceCloseConnections: true },
  )
  await app.listen(0, '127.0.0.1')
  return { port: Number(new URL(await app.getUrl()).port), close: () => app.close() }
}
