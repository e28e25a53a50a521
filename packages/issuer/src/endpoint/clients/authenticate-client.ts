import { askStore } from '../../store-deadline.ts'
import type { FormRequest } from '../request/index.ts'
import { TokenRequestError } from '../token-request-error.ts'
import { type AssertionReplayStore, assertionKey, clientKey } from './assertion-replays.ts'
import { readBasicCredentials } from './basic-credentials.ts'
import type { CheckedClient } from './checked-client.ts'
import { assertionSubject, assertionType, verifyAssertion } from './client-assertion.ts'
import { isSecretOf } from './client-secret.ts'
import type { FindClient } from './registry.ts'

interface Authenticator {
  readonly findClient: FindClient
  readonly replays: AssertionReplayStore
  /** What an assertion may be for. */
  readonly audiences: readonly string[]
  readonly storeTimeoutMs: number
}

/**
 * Authenticates the client of a request by exactly one method (RFC 6749 §2.3).
 *
 * @throws TokenRequestError `client_ambiguous`, `client_refused`
 * @throws StoreUnavailableError
 */
export async function authenticateClient(request: FormRequest, authenticator: Authenticator): Promise<CheckedClient> {
  const { form, authorization } = request
  const assertion = form.get('client_assertion')
  const isPosted = form.get('client_secret') !== undefined
  const type = form.get('client_assertion_type')
  const methods = [authorization, assertion, isPosted || undefined].filter((method) => method !== undefined)
  if (methods.length > 1) throw new TokenRequestError('client_ambiguous')
  if (isPosted) throw new TokenRequestError('client_refused', 'client_secret_post is not supported')
  if (type !== (assertion === undefined ? undefined : assertionType)) {
    throw new TokenRequestError('client_refused', 'client_assertion and client_assertion_type do not go together')
  }
  if (authorization !== undefined) return authenticateBySecret(authorization, request, authenticator)
  if (assertion !== undefined) return authenticateByAssertion(assertion, request, authenticator)
  const id = form.get('client_id')
  const client = id === undefined ? undefined : await authenticator.findClient(id)
  if (client?.authentication.method === 'none') return client
  throw new TokenRequestError('client_refused', 'no client authentication')
}

async function authenticateBySecret(authorization: string, { form }: FormRequest, { findClient }: Authenticator) {
  const { id, secret } = readBasicCredentials(authorization)
  checkNamed(form.get('client_id'), id)
  const client = await findClient(id)
  const hashes = client?.authentication.method === 'client_secret_basic' ? client.authentication.hashes : []
  if (client !== undefined && isSecretOf(secret, hashes)) return client
  throw new TokenRequestError('client_refused', 'no client of this id and secret')
}

async function authenticateByAssertion(assertion: string, { form }: FormRequest, authenticator: Authenticator) {
  const { findClient, replays, audiences, storeTimeoutMs } = authenticator
  const id = assertionSubject(assertion)
  checkNamed(form.get('client_id'), id)
  const client = await findClient(id)
  if (client?.authentication.method !== 'private_key_jwt') {
    throw new TokenRequestError('client_refused', 'no client of this id that has keys')
  }
  const { jti, expiresAtMs } = await verifyAssertion(assertion, id, client.authentication.findKey, audiences)
  // Last, so that nobody but the client fills the store.
  const key = assertionKey(id, jti)
  const isNew = await askStore(() => replays.remember(key, expiresAtMs, clientKey(id)), storeTimeoutMs)
  if (isNew) return client
  throw new TokenRequestError('client_refused', 'the client assertion was used before')
}

/** RFC 7521 §4.2: a client that is named besides is the same one. */
function checkNamed(named: string | undefined, id: string): void {
  if (named !== undefined && named !== id) throw new TokenRequestError('client_ambiguous', 'client_id names another')
}
