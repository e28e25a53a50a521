import type { RefreshTokens } from '../refresh/index.ts'
import type { CheckedClient } from './clients/index.ts'
import type { Form } from './request/index.ts'
import { TokenRequestError } from './token-request-error.ts'

/** A JWS or JWE in compact serialization. Refresh tokens have no dots. */
const accessTokenForm = /^[\w-]*(\.[\w-]*){2}((\.[\w-]*){2})?$/

/**
 * Revokes a refresh token with its family (RFC 7009 §2). What is not known, or was revoked before, is no error: the client
 * has what it wants. An access token is one: APIs that verify it by themselves would not learn of it, and the client must
 * not believe that they did.
 *
 * @throws TokenRequestError `token_type_unsupported`
 * @throws RefreshTokenError `client_mismatch`
 * @throws StoreUnavailableError
 */
export async function revokeToken(
  form: Form,
  client: CheckedClient,
  refreshTokens: RefreshTokens | undefined,
): Promise<void> {
  const token = form.require('token')
  if (accessTokenForm.test(token)) throw new TokenRequestError('token_type_unsupported')
  await refreshTokens?.revoke(token, { clientId: client.id })
}
