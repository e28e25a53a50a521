import { AccessTokenError } from '../error.ts'
import type { ProtectedRequest } from '../request.ts'

/** Node.js takes header fields by so many at a time, and those of the first time it always keeps. */
const fieldsAtOnce = 31

/**
 * Refuses a request of which Node.js may have left out header fields, as a small `server.maxHeadersCount` makes it do
 * without a word: a second `Authorization` could be among them (CRED-2).
 *
 * @throws AccessTokenError `credential_malformed`
 */
export function requireAllFields(request: ProtectedRequest): void {
  const count = (request.rawHeaders?.length ?? 0) / 2
  if (count < fieldsAtOnce) return
  const limit = (request as OfServer).socket?.server?.maxHeadersCount
  if (typeof limit === 'number' && limit > 0 && count >= limit) {
    throw new AccessTokenError('credential_malformed', { reason: 'more header fields than server.maxHeadersCount' })
  }
}

/** What is looked at of a request of Node's HTTP server. */
interface OfServer {
  readonly socket?: { readonly server?: { readonly maxHeadersCount?: unknown } | null } | null
}
