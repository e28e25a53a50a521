import type { KeyStorageErrorCode } from './key-storage.ts'

/**
 * What happens to the keys of a ring, in the process that notices it.
 *
 * - `published`: the key is in the set, and waits
 * - `used`: it is the current one from now on
 * - `retired`: it is used no more, and kept for the tokens that are still about
 * - `gone`: it has left the ring, at the end of its time
 * - `withdrawn`: it was taken out of the ring at once
 */
export interface KeyEvent {
  readonly type: 'published' | 'used' | 'retired' | 'gone' | 'withdrawn'
  readonly kid: string
  readonly alg: string
}

/** The ring goes on with what it knows, and tries again. */
export interface StorageFailedEvent {
  readonly type: 'storage_failed'
  readonly code: KeyStorageErrorCode | 'key_unavailable'
}

export type KeyRingEvent = KeyEvent | StorageFailedEvent

/** What it throws is ignored. */
export type KeyRingListener = (event: KeyRingEvent) => void
