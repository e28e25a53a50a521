import { type Awaitable, isPromise } from './awaitable.ts'
import type { JoseHeader } from './compact/index.ts'
import type { Issuer } from './configuration/index.ts'
import { AccessTokenError } from './error.ts'
import type { SignatureAlgorithm, VerificationKey } from './jws/index.ts'

/** DOS-4: more wait for nothing, since their clients will have given up. */
const maxWaiting = 1_024

let waiting = 0

/**
 * The issuer's keys that suit a token's header: at once when they are at hand, else after a bounded wait.
 *
 * @throws AccessTokenError `keys_unavailable`, `verifier_overloaded`
 */
export function findKeys({ keys }: Issuer, { alg, kid }: JoseHeader): Awaitable<readonly VerificationKey[]> {
  try {
    const found = keys.find({ alg: alg as SignatureAlgorithm, kid })
    return isPromise(found) ? waitFor(found) : found
  } catch (error) {
    throw asAccessTokenError(error)
  }
}

async function waitFor(found: Promise<readonly VerificationKey[]>): Promise<readonly VerificationKey[]> {
  if (waiting >= maxWaiting) {
    found.catch(() => {})
    throw new AccessTokenError('verifier_overloaded')
  }
  waiting++
  try {
    return await found
  } catch (error) {
    throw asAccessTokenError(error)
  } finally {
    waiting--
  }
}

function asAccessTokenError(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'jwks_unavailable')) return error
  const seconds = 'retryAfterSeconds' in error ? error.retryAfterSeconds : undefined
  return new AccessTokenError('keys_unavailable', {
    reason: error.message,
    retryAfterSeconds: typeof seconds === 'number' ? seconds : undefined,
  })
}
