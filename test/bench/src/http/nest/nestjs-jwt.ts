import type { RequestListener } from 'node:http'
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  Req,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common'
import { JwtModule, JwtService } from '@nestjs/jwt'
import { type ApiSettings, path } from '../apps.ts'
import { listenerOf } from './listener.ts'

interface User {
  readonly sub?: string
}

interface GuardedRequest {
  readonly headers: { readonly authorization?: string }
  user?: User
}

/** As the chapter on authentication in Nest's own documentation has it. */
@Injectable()
class JwtGuard implements CanActivate {
  #jwt: JwtService

  constructor(jwt: JwtService) {
    this.#jwt = jwt
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>()
    const [type, token] = request.headers.authorization?.split(' ') ?? []
    if (type !== 'Bearer' || token === undefined) throw new UnauthorizedException()
    try {
      request.user = await this.#jwt.verifyAsync<User>(token)
    } catch {
      throw new UnauthorizedException()
    }
    return true
  }
}

@Controller(path)
@UseGuards(JwtGuard)
class Reports {
  @Get()
  list(@Req() request: { readonly user?: User }) {
    return { sub: request.user?.sub }
  }
}

export async function create({ issuer, audience, publicKey }: ApiSettings): Promise<RequestListener> {
  const verifyOptions = { issuer, audience, algorithms: ['RS256' as const] }

  @Module({ imports: [JwtModule.register({ publicKey, verifyOptions })], controllers: [Reports] })
  class Api {}

  return listenerOf(Api)
}
