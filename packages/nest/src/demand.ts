import type { ExecutionContext } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { Policy } from '@sallyport/core/adapter'
import type { HttpRequest } from './http-context.ts'

/** What the decorators of a handler and of its controller ask for. */
export interface Demand {
  /** Whether a request without a credential passes. */
  readonly isOptional: boolean
  readonly policies: readonly Policy<HttpRequest>[]
}

/** What one decorated class or method says. */
export interface Access {
  readonly level?: 'public' | 'optional' | undefined
  readonly policies: readonly Policy<HttpRequest>[]
}

export const ACCESS = '@sallyport/nest/access'

const nothing: Access = { policies: [] }
const reflector = new Reflector()

// oxlint-disable-next-line typescript/no-unsafe-function-type -- Nest's own type of handlers and classes
type Decorated = Function

/** What is said so far; of a class also what it inherits. */
export function accessOf(decorated: Decorated): Access {
  return reflector.get<Access | undefined>(ACCESS, decorated) ?? nothing
}

/** By handler, then by controller, as several may inherit a handler. What is decorated does not change. */
const demands = new WeakMap<Decorated, WeakMap<Decorated, Demand | 'public'>>()

export function demandOf(context: ExecutionContext): Demand | 'public' {
  const handler = context.getHandler()
  const controller = context.getClass()
  const known = demands.get(handler)?.get(controller)
  if (known !== undefined) return known
  const demand = combine(accessOf(handler), accessOf(controller))
  const ofHandler = demands.get(handler) ?? new WeakMap<Decorated, Demand | 'public'>()
  demands.set(handler, ofHandler.set(controller, demand))
  return demand
}

/**
 * The handler's own word counts more than its controller's; a policy always counts more than openness at the same
 * place, so that a contradiction closes.
 */
function combine(onHandler: Access, onClass: Access): Demand | 'public' {
  const policies = [...onClass.policies, ...onHandler.policies]
  if (onHandler.policies.length > 0) return { isOptional: false, policies }
  if (onHandler.level === 'public') return 'public'
  if (onHandler.level === 'optional') return { isOptional: true, policies: [] }
  if (onClass.policies.length > 0 || onClass.level === undefined) return { isOptional: false, policies }
  return onClass.level === 'public' ? 'public' : { isOptional: true, policies }
}
