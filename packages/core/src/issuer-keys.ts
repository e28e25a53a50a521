import { type Awaitable, isPromise } from './awaitable.ts'
import type { JoseHeader } from './compact/index.ts'
import type { Issuer, KeySource } from './configuration/index.ts'
import { AccessTokenError } from './error.ts'
import type { SignatureAlgorithm, VerificationKey } from './jws/index.ts'

/** DOS-4: more wait for nothing, since their clients will have given up. A flood at one issuer takes its share only. */
const maxWaiting = { forOneIssuer: 1_024, inAll: 8_192 }

const waiting = new Map<KeySource, number>()
let waitingInAll = 0

/**
 * The issuer's keys that suit a token's header: at once when they are at hand, else after a bounded wait.
 *
 * @throws AccessTokenError `keys_unavailable`, `verifier_overloaded`
 */
export function findKeys({ keys }: Issuer, { alg, kid }: JoseHeader): Awaitable<readonly VerificationKey[]> {
  try {
    const found = keys.find({ alg: alg as SignatureAlgorithm, kid })
    return isPromise(found) ? waitFor(found, keys) : found
  } catch (error) {
    throw asAccessTokenError(error)
  }
}

async function waitFor(
  found: Promise<readonly VerificationKey[]>,
  keys: KeySource,
): Promise<readonly VerificationKey[]> {
  const atIssuer = waiting.get(keys) ?? 0
  if (atIssuer >= maxWaiting.forOneIssuer || waitingInAll >= maxWaiting.inAll) {
    found.catch(() => {})
    throw new AccessTokenError('verifier_overloaded')
  }
  waiting.set(keys, atIssuer + 1)
  waitingInAll++
  try {
    return await found
  } catch (error) {
    throw asAccessTokenError(error)
  } finally {
    waitingInAll--
    const left = (waiting.get(keys) ?? 1) - 1
    if (left > 0) waiting.set(keys, left)
    else waiting.delete(keys)
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
