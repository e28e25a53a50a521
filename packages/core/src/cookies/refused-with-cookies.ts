import type { AccessTokenError } from '../error.ts'

const cookiesOfErrors = new WeakMap<AccessTokenError, readonly string[]>()

/** A refusal that also sets, or takes away, cookies. */
export function withCookies(error: AccessTokenError, cookies: readonly string[]): AccessTokenError {
  cookiesOfErrors.set(error, cookies)
  return error
}

export function cookiesOf(error: AccessTokenError): readonly string[] {
  return cookiesOfErrors.get(error) ?? []
}
