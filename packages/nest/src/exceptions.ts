import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common'
import type { AccessTokenError } from '@sallyport/core'
import { answerTo } from '@sallyport/core/adapter'
import { appendCookies, type HttpResponse } from './http-context.ts'

/**
 * The exception that Nest has for an error, so that filters for it work. Status and challenge are put onto the response
 * before, so that they stay whatever a filter answers (CHAL-4).
 */
export function exceptionFor(error: AccessTokenError, request: object, response: HttpResponse): HttpException {
  const { status, headers, cookies, body } = answerTo(request, error)
  const { headersSent = false } = response.raw ?? response
  if (!headersSent) {
    response.status(status)
    for (const [name, value] of Object.entries(headers)) response.header(name, value)
    appendCookies(response, cookies)
  }
  const exception = exceptionOf(status, body, { cause: error })
  // Filters show the message, and Nest makes "Unauthorized Exception" of a body without one.
  exception.message = error.message
  return exception
}

function exceptionOf(status: AccessTokenError['status'], body: object, options: { cause: unknown }): HttpException {
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
