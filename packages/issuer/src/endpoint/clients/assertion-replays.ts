import { createHash } from 'node:crypto'
import { checkInteger, checkNames } from '../../checks.ts'

/** Remembers which client assertions were seen (RFC 7523 §3: `jti`). */
export interface AssertionReplayStore {
  /**
   * Remembers a key, atomically, also between processes that share the store.
   *
   * @param key a hash, of 43 characters
   * @param expiresAtMs until when it has to be remembered, in milliseconds since the epoch
   * @param client a hash of whose assertion it is, of 43 characters: a store of limited size keeps one client from filling it
   * @returns whether it is new; rejects when it cannot be remembered
   */
  remember(key: string, expiresAtMs: number, client: string): Promise<boolean>
}

/** Options of {@link memoryAssertionReplays}. */
export interface MemoryAssertionReplaysOptions {
  /**
   * How many assertions are remembered at once, 1 to 10,000,000, and at most a quarter of them of one client. Default
   * 100,000. Whose part is full gets a fault (503).
   */
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
  const maxOfClient = Math.max(1, Math.floor(maxAssertions / 4))
  const seen = new Map<string, { readonly client: string; readonly expiresAtMs: number }>()
  const counts = new Map<string, number>()
  let nextPurgeMs = 0

  const count = (client: string) => counts.get(client) ?? 0
  const isFull = (client: string) => seen.size >= maxAssertions || count(client) >= maxOfClient
  const forget = (key: string, client: string) => {
    seen.delete(key)
    if (count(client) > 1) counts.set(client, count(client) - 1)
    else counts.delete(client)
  }
  const purge = (nowMs: number) => {
    for (const [key, { client, expiresAtMs }] of seen) if (expiresAtMs <= nowMs) forget(key, client)
    // When all are still good, another look would find the same: not at each request.
    nextPurgeMs = nowMs + 1000
  }

  return Object.freeze({
    remember: async (key: string, expiresAtMs: number, client: string) => {
      const nowMs = Date.now()
      const known = seen.get(key)
      if (known !== undefined && known.expiresAtMs > nowMs) return false
      if (known !== undefined) forget(key, known.client)
      if (isFull(client) && nowMs >= nextPurgeMs) purge(nowMs)
      if (isFull(client)) throw new Error('Too many client assertions are remembered')
      seen.set(key, { client, expiresAtMs })
      counts.set(client, count(client) + 1)
      return true
    },
  })
}

/** What comes from a client is hashed before it becomes a key (STORE-3). */
export function assertionKey(clientId: string, jti: string): string {
  return hash(JSON.stringify([clientId, jti]))
}

/** Whose assertion it is. */
export function clientKey(clientId: string): string {
  return hash(clientId)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
