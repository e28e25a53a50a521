import { type KeyStorage, KeyStorageError, memoryKeyStorage } from '@sallyport/issuer'

/** The moments at which a process can die while it deals with the storage. */
export const crashMoments = ['before load', 'after load', 'before save', 'after save'] as const
export type CrashMoment = (typeof crashMoments)[number]

/** What one process has to do with the storage. A dead one never hears from it again. */
export interface Mortal {
  isDead: boolean
  /** Whether it dies here. */
  dies: (moment: CrashMoment) => boolean
}

/** What was stored, and when. */
export interface Saved {
  readonly at: number
  readonly kids: readonly string[]
}

/** A storage that processes share, and that may be full. */
export class SharedStorage {
  isFull = false
  readonly saves: Saved[] = []
  #storage = memoryKeyStorage()

  /** @param now seconds since 1970 */
  viewOf(mortal: Mortal, now: () => number): KeyStorage {
    const passes = (moment: CrashMoment) => {
      mortal.isDead ||= mortal.dies(moment)
      if (mortal.isDead) throw new Error('this process is dead')
    }
    return {
      load: async (known) => {
        passes('before load')
        const loaded = await this.#storage.load(known)
        passes('after load')
        return loaded
      },
      save: async (content, replaces) => {
        passes('before save')
        if (this.isFull) throw new KeyStorageError('storage_unwritable', 'ENOSPC')
        const revision = await this.#storage.save(content, replaces)
        const { keys } = JSON.parse(content) as { readonly keys: readonly { readonly kid: string }[] }
        this.saves.push({ at: now(), kids: keys.map(({ kid }) => kid) })
        passes('after save')
        return revision
      },
    }
  }
}
