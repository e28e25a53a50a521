import 'reflect-metadata'
import type { Server } from 'node:http'
import { Controller, Get, Module, type Type, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { AccessTokenGuard, Auth, type Authentication, RequireScopes, SallyportModule } from '@sallyport/nest'
import type { ApiSettings } from './api-settings.ts'

@Controller('health')
class HealthController {
  @Get()
  show() {
    return { status: 'up' }
  }
}

@Controller('reports')
@UseGuards(AccessTokenGuard)
class ReportsController {
  @Get()
  @RequireScopes('reports:read')
  list(@Auth() auth: Authentication) {
    return { subject: auth.subject }
  }
}

@Controller('vault')
@UseGuards(AccessTokenGuard)
class VaultController {
  @Get()
  @RequireScopes('vault:open')
  open(@Auth() auth: Authentication) {
    return { subject: auth.subject }
  }
}

/** Each module that brings a `SallyportModule` of its own has a verifier of its own. */
function createAppModule({ issuer, partnerIssuer, audience, decryptionKeys }: ApiSettings): Type {
  @Module({
    imports: [
      SallyportModule.forRoot({
        issuers: [
          { issuer, audience },
          { issuer: partnerIssuer, audience },
        ],
        decryption: { keys: decryptionKeys },
        cookie: 'access_token',
      }),
    ],
    controllers: [ReportsController],
  })
  class ReportsModule {}

  // Only encrypted tokens open the vault.
  @Module({
    imports: [SallyportModule.forRoot({ issuer, audience, decryption: { keys: decryptionKeys, required: true } })],
    controllers: [VaultController],
  })
  class VaultModule {}

  @Module({ imports: [ReportsModule, VaultModule], controllers: [HealthController] })
  class AppModule {}

  return AppModule
}

export async function startNest(settings: ApiSettings): Promise<Server> {
  const app = await NestFactory.create<NestExpressApplication>(createAppModule(settings), { logger: false })
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer()
}
