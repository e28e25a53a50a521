import { decodeBase64Url } from '../compact/index.ts'
import { AccessTokenError } from '../error.ts'

/** The JWE has a form that no key could make right. */
export function malformed(reason: string): AccessTokenError {
  return new AccessTokenError('token_malformed', { reason })
}

/**
 * Decodes what must be canonical base64url (JOSE-2), of exactly `length` bytes where that is given.
 *
 * @throws AccessTokenError `token_malformed`
 */
export function readBytes(value: unknown, name: string, length?: number): Buffer {
  const bytes = typeof value === 'string' ? decodeBase64Url(value) : undefined
  if (bytes === undefined) throw malformed(`${name} is not canonical base64url`)
  if (length !== undefined && bytes.length !== length) throw malformed(`${name} is not of ${length} bytes`)
  return bytes
}
