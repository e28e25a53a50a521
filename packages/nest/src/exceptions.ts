import type { IncomingMessage } from 'node:http'
import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common'
import type { AccessTokenError } from '@sallyport/core'
import { answerTo } from '@sallyport/core/adapter'
import type { HttpResponse } from './http-context.ts'

/**
 * The exception that Nest has for an error, so that filters for it work. The challenge is put onto the response
 * before, so that it stays whatever a filter answers (CHAL-4).
 */
export function exceptionFor(error: AccessTokenError, request: IncomingMessage, response: HttpResponse): HttpException {
  const { status, headers, body } = answerTo(request, error)
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
  const options = { cause: error, description: error.message }
  switch (status) {
    case 400:
      return new BadRequestException(body, options)
    case 401:
      return new UnauthorizedException(body, options)
    case 403:
      return new ForbiddenException(body, options)
    case 503:
      return new ServiceUnavailableException(body, options)
    case 429:
      return new HttpException(body, status, options)
  }
}
