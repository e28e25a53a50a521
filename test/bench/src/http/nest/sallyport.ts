import type { RequestListener } from 'node:http'
import { Controller, Get, Module, UseGuards } from '@nestjs/common'
import type { Authentication } from '@sallyport/core'
import { AccessTokenGuard, Auth, SallyportModule } from '@sallyport/nest'
import { type ApiSettings, path } from '../apps.ts'
import { listenerOf } from './listener.ts'

@Controller(path)
@UseGuards(AccessTokenGuard)
class Reports {
  @Get()
  list(@Auth() { subject }: Authentication) {
    return { sub: subject }
  }
}

export async function create({ issuer, audience, jwksUri }: ApiSettings): Promise<RequestListener> {
  @Module({ imports: [SallyportModule.forRoot({ issuer, audience, jwksUri })], controllers: [Reports] })
  class Api {}

  return listenerOf(Api)
}
