import { AccessTokenError } from '../error.ts'

/** More wait for nothing: their requests would be given up before (JWE-12, DOS-4). */
const maxInFlight = 1024

/** libuv's pool has four threads unless told otherwise. One stays free, so that key fetches find their DNS answer. */
const maxAtWork = 3

let atWork = 0
const waiting: (() => void)[] = []

/**
 * Runs an operation that WebCrypto does on the thread pool, in its turn.
 *
 * @throws AccessTokenError `verifier_overloaded` when 1024 are in flight in this process; else what the operation throws
 */
export async function runOffMainThread<T>(operation: () => Promise<T>): Promise<T> {
  if (atWork + waiting.length >= maxInFlight) throw new AccessTokenError('verifier_overloaded')
  if (atWork < maxAtWork) atWork++
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await operation()
  } finally {
    // The place is handed on, so that nobody who comes between takes it.
    const next = waiting.shift()
    if (next === undefined) atWork--
    else next()
  }
}
