import { createHash } from 'node:crypto'
import { checkInteger, checkNames } from '../../checks.ts'

/** Remembers which client assertions were seen (RFC 7523 §3: `jti`). */
export interface AssertionReplayStore {
  /**
   * Remembers a key, atomically, also between processes that share the store.
   *
   * @param key a hash, of 43 characters
   * @param expiresAtMs until when it has to be remembered, in milliseconds since the epoch
   * @returns whether it is new; rejects when it cannot be remembered
   */
  remember(key: string, expiresAtMs: number): Promise<boolean>
}

/** Options of {@link memoryAssertionReplays}. */
export interface MemoryAssertionReplaysOptions {
  /** How many assertions are remembered at once, 1 to 10,000,000. Default 100,000. When it is full, it is a fault (503). */
  readonly maxAssertions?: number | undefined
}

/**
 * Remembers client assertions in the memory of the process. Where several processes serve the endpoint, an assertion is
 * good for one use in each.
 *
 * @throws IssuerConfigurationError
 */
export function memoryAssertionReplays(options: MemoryAssertionReplaysOptions = {}): AssertionReplayStore {
  const { maxAssertions: given = 100_000 } = checkNames(options, ['maxAssertions'], 'options')
  const maxAssertions = checkInteger(given, 1, 10_000_000, 'maxAssertions', 'assertions')
  const seen = new Map<string, number>()
  let nextPurgeMs = 0
  return Object.freeze({
    remember: async (key: string, expiresAtMs: number) => {
      const nowMs = Date.now()
      const known = seen.get(key)
      if (known !== undefined && known > nowMs) return false
      if (seen.size >= maxAssertions && nowMs >= nextPurgeMs) {
        for (const [old, until] of seen) if (until <= nowMs) seen.delete(old)
        // When all are still good, another look would find the same: not at each request.
        nextPurgeMs = nowMs + 1000
      }
      if (seen.size >= maxAssertions) throw new Error('Too many client assertions are remembered')
      seen.set(key, expiresAtMs)
      return true
    },
  })
}

/** What comes from a client is hashed before it becomes a key (STORE-3). */
export function assertionKey(clientId: string, jti: string): string {
  return createHash('sha256')
    .update(JSON.stringify([clientId, jti]))
    .digest('base64url')
}
