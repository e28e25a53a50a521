import type { Server } from 'node:http'
import type { INestApplication, ModuleMetadata } from '@nestjs/common'
import type { AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Test, type TestingModuleBuilder } from '@nestjs/testing'
import supertest from 'supertest'
import { onTestFinished } from 'vitest'

export interface Platform {
  readonly name: 'Express' | 'Fastify'
  adapter(): AbstractHttpAdapter
}

/** What the suites run on; the project `nest11` of vitest.config.ts runs them on Nest 11 once more. */
export const platforms: readonly Platform[] = [
  { name: 'Express', adapter: () => new ExpressAdapter() },
  { name: 'Fastify', adapter: () => new FastifyAdapter() },
]

interface AppOptions {
  /** Replaces providers. */
  readonly override?: (builder: TestingModuleBuilder) => TestingModuleBuilder
  /** Called before the application starts. */
  readonly configure?: (app: INestApplication) => void
}

/** Starts an application that lives until the test ends. */
export async function startApp(
  platform: Platform,
  metadata: ModuleMetadata,
  { override = (builder) => builder, configure }: AppOptions = {},
): Promise<INestApplication<Server>> {
  const module = await override(Test.createTestingModule(metadata)).compile()
  const app = module.createNestApplication<INestApplication<Server>>(platform.adapter(), { logger: false })
  configure?.(app)
  onTestFinished(() => app.close())
  await app.listen(0, '127.0.0.1')
  return app
}

/** Starts an application, for requests to be sent to it. */
export async function serve(platform: Platform, metadata: ModuleMetadata, options?: AppOptions) {
  const app = await startApp(platform, metadata, options)
  return supertest(app.getHttpServer())
}
