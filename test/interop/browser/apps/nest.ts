import 'reflect-metadata'
import type { RequestListener } from 'node:http'
import { All, Body, Controller, Inject, Module, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  Auth,
  type Authentication,
  Login,
  Logout,
  Refresh,
  RefreshToken,
  RequireClaim,
  SallyportModule,
} from '@sallyport/nest'
import type { SessionService } from '../session-service.ts'

const SERVICE = Symbol('service')

@Controller()
class Sessions {
  readonly #service: SessionService

  constructor(@Inject(SERVICE) service: SessionService) {
    this.#service = service
  }

  @Post('session/login')
  @Login()
  logIn(@Body() credentials: object) {
    return this.#service.authenticate(credentials)
  }

  @Post('session/refresh')
  @Refresh()
  refresh(@RefreshToken() token: string) {
    return this.#service.exchange(token)
  }

  @Post('session/logout')
  @Logout()
  logOut(@RefreshToken() token: string | undefined) {
    return this.#service.revoke(token)
  }

  @All('api/me')
  @RequireClaim('sub')
  me(@Auth() auth: Authentication) {
    return { subject: auth.subject }
  }
}

export async function nestApp(service: SessionService): Promise<RequestListener> {
  @Module({
    imports: [SallyportModule.forRoot(service.verifierOptions)],
    controllers: [Sessions],
    providers: [{ provide: SERVICE, useValue: service }],
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: false })
  await app.init()
  return app.getHttpAdapter().getInstance() as RequestListener
}
