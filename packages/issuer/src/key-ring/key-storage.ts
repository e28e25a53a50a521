/**
 * Where a key ring is kept. What is stored is private: an implementation encrypts it, or hands it to something that
 * does.
 *
 * All processes that share a key ring share one storage, so `save` has to compare and swap: it is what keeps two
 * processes from rotating to two different keys.
 */
export interface KeyStorage {
  /**
   * What is stored; `undefined` before the first `save`; `unchanged` where it still has the revision `known`, which
   * spares reading it. Asked about once a second.
   *
   * @throws KeyStorageError
   */
  load(known?: string): Promise<StoredKeyRing | 'unchanged' | undefined>
  /**
   * Puts `content` in the place of the revision `replaces` (`undefined`: of nothing), all of it or nothing, and durably.
   *
   * @returns the new revision
   * @throws KeyStorageError, `storage_conflict` where something else is stored by now
   */
  save(content: string, replaces: string | undefined): Promise<string>
}

/** What a storage holds. */
export interface StoredKeyRing {
  readonly content: string
  /** Another one after each `save`; none comes twice. */
  readonly revision: string
}

/**
 * - `storage_conflict`: another process has saved something else; the key ring looks again by itself
 * - `storage_locked`: another process has held the lock for too long
 * - `storage_unreadable`, `storage_unwritable`: the system says so (`cause`); a full disk is unwritable
 * - `storage_exposed`: others may read or replace it: mode, owner, directory, or symbolic link of somebody else
 * - `storage_corrupted`: it is not what was written
 * - `storage_secret_wrong`: it is encrypted with another secret
 * - `storage_timeout`: no answer in time
 */
export type KeyStorageErrorCode =
  | 'storage_conflict'
  | 'storage_locked'
  | 'storage_unreadable'
  | 'storage_unwritable'
  | 'storage_exposed'
  | 'storage_corrupted'
  | 'storage_secret_wrong'
  | 'storage_timeout'

/** A storage of keys cannot do what it shall. Its message names the place and the reason, never what is stored. */
export class KeyStorageError extends Error {
  override readonly name = 'KeyStorageError'
  readonly code: KeyStorageErrorCode

  constructor(code: KeyStorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
