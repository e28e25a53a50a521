import type { ExecutionContext } from '@nestjs/common'
import type { ProtectedRequest } from '@sallyport/core'
import { createStamp, type Gate } from '@sallyport/core/adapter'
import type { HttpResponse } from './http-context.ts'

/** Where a guard let a request through. */
export interface Pass {
  readonly gate: Gate
  readonly handler: unknown
  /** Controllers may inherit a handler, and ask for different things. */
  readonly controller: unknown
  readonly response: HttpResponse
}

const passes = createStamp<Pass>()

export function passAt(gate: Gate, context: ExecutionContext): Pass {
  return {
    gate,
    handler: context.getHandler(),
    controller: context.getClass(),
    response: context.switchToHttp().getResponse<HttpResponse>(),
  }
}

export function recordPass(request: ProtectedRequest, pass: Pass): void {
  passes.write(request, pass)
}

/** The pass of the guard that stood before the request last. */
export function lastPassOf(request: ProtectedRequest): Pass | undefined {
  return passes.read(request)
}

/** Whether a guard would only ask the same gate about the same handler again. */
export function hasPassed(request: ProtectedRequest, { gate, handler, controller }: Pass): boolean {
  const last = lastPassOf(request)
  return last?.gate === gate && last.handler === handler && last.controller === controller
}
