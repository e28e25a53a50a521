import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type NestInterceptor,
  Req,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { createTestIssuer } from '@sallyport/testing'
import { map } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  AccessTokenGuard,
  type Authentication,
  getAuth,
  getOptionalAuth,
  type HttpRequest,
  OptionalAccessToken,
  SallyportModule,
} from './index.ts'
import { platforms, serve } from './platforms.test.support.ts'

const as = await createTestIssuer()

interface TenantClaims {
  readonly tenant: string
}

@Injectable()
class Stamp implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const { subject } = getAuth(context.switchToHttp().getRequest())
    return next.handle().pipe(map((body: object) => ({ ...body, stamp: subject })))
  }
}

@Injectable()
class JaneOnly implements CanActivate {
  canActivate(context: ExecutionContext) {
    return getOptionalAuth(context.switchToHttp().getRequest())?.subject === 'jane'
  }
}

@Injectable()
class Foreign implements CanActivate {
  canActivate(context: ExecutionContext) {
    Object.assign(context.switchToHttp().getRequest(), { auth: { subject: 'foreign' } })
    return true
  }
}

@Controller()
class Routes {
  @Get('foreign')
  @OptionalAccessToken()
  @UseGuards(Foreign)
  foreign(@Req() request: HttpRequest & { readonly auth?: Authentication }) {
    return { subject: request.auth?.subject ?? 'nobody' }
  }

  @Get('stamped')
  @UseGuards(AccessTokenGuard)
  @UseInterceptors(Stamp)
  stamped(@Req() request: HttpRequest) {
    return { tenant: getAuth<TenantClaims>(request).claims.tenant.toUpperCase() }
  }

  @Get('jane')
  @UseGuards(AccessTokenGuard, JaneOnly)
  jane() {}

  @Get('optional')
  @OptionalAccessToken()
  optional(@Req() request: HttpRequest) {
    return { subject: getAuth(request).subject }
  }

  @Get('unguarded')
  unguarded(@Req() request: HttpRequest) {
    return { subject: getAuth(request).subject }
  }

  @Get('unguarded-optional')
  unguardedOptional(@Req() request: HttpRequest) {
    return { subject: getOptionalAuth(request)?.subject ?? 'nobody' }
  }
}

describe.each(platforms)('getAuth on $name', (platform) => {
  const serveRoutes = () =>
    serve(platform, { imports: [SallyportModule.forRoot(as.verifierOptions)], controllers: [Routes] })

  it('is there for interceptors, and typed', async () => {
    const agent = await serveRoutes()
    const headers = await as.authorization({ subject: 'jane', claims: { tenant: 'acme' } })
    expect((await agent.get('/stamped').set(headers)).body).toEqual({ tenant: 'ACME', stamp: 'jane' })
    expect((await agent.get('/stamped')).status).toBe(401)
  })

  it('is there for guards that come later', async () => {
    const agent = await serveRoutes()
    expect((await agent.get('/jane').set(await as.authorization({ subject: 'jane' }))).status).toBe(200)
    expect((await agent.get('/jane').set(await as.authorization({ subject: 'john' }))).status).toBe(403)
  })

  it('CHAL-1: answers with a bare challenge where a request without a credential passed', async () => {
    const agent = await serveRoutes()
    const response = await agent.get('/optional')
    expect(response).toMatchObject({ status: 401, body: { code: 'credential_missing' } })
    expect(response.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'cache-control': 'no-store' })
    expect((await agent.get('/optional').set(await as.authorization())).status).toBe(200)
  })

  it('POLICY-1: is all that is at request.auth, whatever something else put there before', async () => {
    const agent = await serveRoutes()
    expect((await agent.get('/foreign')).body).toEqual({ subject: 'nobody' })
    expect((await agent.get('/foreign').set(await as.authorization({ subject: 'jane' }))).body).toEqual({
      subject: 'jane',
    })
  })

  it('POLICY-1: is a mistake, answered with 500, where no guard admitted the request', async () => {
    const agent = await serveRoutes()
    expect((await agent.get('/unguarded').set(await as.authorization())).status).toBe(500)
    expect((await agent.get('/unguarded-optional')).status).toBe(500)
  })
})
