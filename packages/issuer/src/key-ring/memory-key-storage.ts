import { type KeyStorage, KeyStorageError, type StoredKeyRing } from './key-storage.ts'

/**
 * Keeps a key ring in the memory of this process, for tests and trials: its keys end with the process, and so do the
 * tokens that they have signed.
 *
 * @example
 * ```ts
 * const keyRing = await createKeyRing({ storage: memoryKeyStorage() })
 * ```
 */
export function memoryKeyStorage(): KeyStorage {
  let stored: StoredKeyRing | undefined
  let saves = 0
  return Object.freeze({
    load: async (known?: string) => (stored !== undefined && stored.revision === known ? 'unchanged' : stored),
    save: async (content: string, replaces: string | undefined) => {
      if (stored?.revision !== replaces) throw new KeyStorageError('storage_conflict', 'something else is stored')
      stored = { content, revision: String(++saves) }
      return stored.revision
    },
  })
}
