// A user's Nest application in TypeScript. It is compiled and run outside the workspace, against the packed packages.
import 'reflect-metadata'
import assert from 'node:assert/strict'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Controller, Get, Module } from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { AccessTokenGuard, Auth, type Authentication, Public, RequireScopes, SallyportModule } from '@sallyport/nest'
import { createTestIssuer } from '@sallyport/testing'

const as = await createTestIssuer()

@Controller('reports')
class Reports {
  @Get()
  @RequireScopes('reports:read')
  list(@Auth() auth: Authentication) {
    return { sub: auth.subject }
  }

  @Get('health')
  @Public()
  health() {
    return { ok: true }
  }
}

@Module({
  imports: [SallyportModule.forRoot(as.verifierOptions)],
  controllers: [Reports],
  providers: [{ provide: APP_GUARD, useClass: AccessTokenGuard }],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false })
await app.listen(0, '127.0.0.1')
const { port } = (app.getHttpServer() as Server).address() as AddressInfo
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers })

assert.equal((await get('/reports/health')).status, 200)
assert.equal((await get('/reports')).status, 401)
assert.equal((await get('/reports', await as.authorization())).status, 403)
const good = await get('/reports', await as.authorization({ subject: 'alice', scope: 'reports:read' }))
assert.deepEqual([good.status, await good.json()], [200, { sub: 'alice' }])
await app.close()
console.log('nest: as expected')
