import { type Awaitable, isPromise, withinTime } from '../awaitable.ts'
import { AccessTokenError } from '../error.ts'

/** How long tokens wait for keys. */
const longestWaitMs = 2_000
/** DOS-4 */
const maxWaiting = 1_024

/**
 * Keys that come and go: asks for them each time, and prepares them again only when it gets another array.
 *
 * What is asked fails closed. Keys of before are not used instead: one of them may have been withdrawn.
 *
 * @param prepare throws where a key is none
 * @returns a function that throws, or rejects with, AccessTokenError `keys_unavailable`, `verifier_overloaded`
 */
export function changingKeys<T>(ask: () => unknown, prepare: (keys: unknown) => T): () => Awaitable<T> {
  let last: { readonly keys: unknown; readonly prepared: T } | undefined
  let underWay: Promise<T> | undefined
  let waiting = 0

  const take = (keys: unknown): T => {
    if (last === undefined || last.keys !== keys) last = { keys, prepared: prepare(keys) }
    return last.prepared
  }
  const wait = async (prepared: Promise<T>): Promise<T> => {
    if (waiting >= maxWaiting) throw new AccessTokenError('verifier_overloaded')
    waiting++
    try {
      return await prepared
    } catch (error) {
      throw unavailable(error)
    } finally {
      waiting--
    }
  }
  return () => {
    if (underWay !== undefined) return wait(underWay)
    try {
      const keys = ask()
      if (!isPromise(keys)) return take(keys)
      underWay = withinTime(longestWaitMs, () => Promise.resolve(keys).then(take)).finally(() => (underWay = undefined))
    } catch (error) {
      throw unavailable(error)
    }
    return wait(underWay)
  }
}

function unavailable(cause: unknown): AccessTokenError {
  return new AccessTokenError('keys_unavailable', { reason: 'the decryption keys cannot be had', cause })
}
