import 'reflect-metadata'
import type { RequestListener } from 'node:http'
import { NestFactory } from '@nestjs/core'
import { type NestExpressApplication } from '@nestjs/platform-express'

/** Nest on its Express platform, as it is made by default. */
export async function listenerOf(module: object): Promise<RequestListener> {
  const app = await NestFactory.create<NestExpressApplication>(module, { logger: false })
  await app.init()
  return app.getHttpAdapter().getInstance()
}
