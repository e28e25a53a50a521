import { ConfigurationError } from '../configuration-error.ts'

/** A path of our own: two slashes, or a backslash that browsers take for one, would lead to another host. */
const ownPath = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/

/** @throws ConfigurationError */
export function checkRedirect(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && ownPath.test(value))) return value
  throw new ConfigurationError('redirectTo', value, 'a path of the same origin, as /app')
}
