import { IncomingMessage } from 'node:http'
import type { Authentication } from '../authentication.ts'
import { findAuthentication } from './admissions.ts'

/** Prototypes whose requests have the accessor. */
const prepared = new WeakSet<object>()

/**
 * Shows an authentication at `request.auth`. What something else put there goes, also where there is nothing to put in its
 * place.
 *
 * Express gives each request a hidden class of its own, so that one more property costs 2 µs. Its requests get an
 * accessor instead, once and for all, on the prototype that they share and that is meant to be extended. Assigning to it
 * makes an ordinary property.
 */
export function showAuthentication(
  request: object & { auth?: unknown },
  authentication: Authentication | undefined,
): void {
  const prototype = sharedPrototypeOf(request)
  if (prototype !== undefined && !Object.hasOwn(request, 'auth')) {
    if (prepared.has(prototype) || prepare(prototype)) return
  }
  if (authentication !== undefined || 'auth' in request) request.auth = authentication
}

/** The prototype that Express, or something like it, put before Node's own. */
function sharedPrototypeOf(request: object): object | undefined {
  for (let object = request; ;) {
    const prototype = Object.getPrototypeOf(object) as object | null
    if (prototype === null) return undefined
    if (prototype === IncomingMessage.prototype) return object === request ? undefined : object
    object = prototype
  }
}

/** @returns false where something else has the name already */
function prepare(prototype: object): boolean {
  if ('auth' in prototype || !Object.isExtensible(prototype)) return false
  Object.defineProperty(prototype, 'auth', {
    configurable: true,
    enumerable: true,
    get(this: object) {
      return findAuthentication(this)
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, 'auth', { configurable: true, enumerable: true, writable: true, value })
    },
  })
  prepared.add(prototype)
  return true
}
