import { checkInteger, checkNames } from '../checks.ts'
import type { RefreshTokenFamily, RefreshTokenStore } from './refresh-token-store.ts'

/** Options of {@link memoryRefreshStore}. */
export interface MemoryRefreshStoreOptions {
  /**
   * How many families are kept, 1 to 10,000,000. When there are more, the one that was not used for the longest time is
   * forgotten, and its user has to log in again. Default 100,000.
   */
  readonly maxFamilies?: number | undefined
}

/** Families that an insertion looks at, and forgets when they have expired. */
const purgedPerInsertion = 8

/**
 * Keeps refresh tokens in the memory of the process: they end with it. For tests, development, and services of one
 * process whose users may log in again after a restart.
 *
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const refreshTokens = createRefreshTokens({ store: memoryRefreshStore() })
 * ```
 */
export function memoryRefreshStore(options: MemoryRefreshStoreOptions = {}): RefreshTokenStore {
  const { maxFamilies: given = 100_000 } = checkNames(options, ['maxFamilies'], 'options')
  const maxFamilies = checkInteger(given, 1, 10_000_000, 'maxFamilies', 'families')
  // In the order of their last use.
  const families = new Map<string, RefreshTokenFamily>()

  const touch = (family: RefreshTokenFamily) => {
    families.delete(family.id)
    families.set(family.id, Object.freeze(family))
  }
  const revoke = (id: string, nowMs: number) => {
    const family = families.get(id)
    if (family === undefined || family.revokedAtMs !== undefined) return false
    families.set(id, Object.freeze({ ...family, revokedAtMs: nowMs }))
    return true
  }

  return Object.freeze({
    insert: async (family: RefreshTokenFamily, nowMs: number) => {
      if (families.has(family.id)) throw new Error('There is a family of this id')
      // Those that expire by being idle stand at the front: nobody has used them for longest.
      let looked = 0
      for (const [id, { expiresAtMs }] of families) {
        if (looked++ === purgedPerInsertion) break
        if (expiresAtMs <= nowMs) families.delete(id)
      }
      touch(family)
      const [oldest] = families.keys()
      if (families.size > maxFamilies && oldest !== undefined) families.delete(oldest)
    },
    find: async (id: string) => families.get(id),
    rotate: async (id: string, rotation) => {
      const family = families.get(id)
      if (family === undefined || family.revokedAtMs !== undefined || family.current !== rotation.previous) return false
      touch({ ...family, ...rotation })
      return true
    },
    revoke: async (id: string, nowMs: number) => revoke(id, nowMs),
    revokeSubject: async (subject: string, nowMs: number) => {
      const ids = [...families.values()].filter(({ grant }) => grant.subject === subject).map(({ id }) => id)
      return ids.filter((id) => revoke(id, nowMs)).length
    },
  } satisfies RefreshTokenStore)
}
