import type { EventStream } from './events.ts'
import { printable } from './events.ts'
import type { JwksSnapshot } from './snapshot.ts'
import type { JwksStore } from './store.ts'

const loadTimeoutMs = 1_000
const saveTimeoutMs = 5_000

/** The store as the fetcher sees it: never slow, never throwing, one write at a time. */
export class SharedSnapshots {
  #store: JwksStore
  #key: string
  #events: EventStream
  #saving = false
  #next: JwksSnapshot | undefined

  constructor(store: JwksStore, key: string, events: EventStream) {
    this.#store = store
    this.#key = key
    this.#events = events
  }

  /** What is stored, whatever it is; `undefined` for nothing. */
  async load(): Promise<unknown> {
    try {
      return await within(loadTimeoutMs, () => this.#store.load(this.#key))
    } catch (error) {
      this.#failed('load', error)
      return undefined
    }
  }

  /** Keeps the newest; what comes while a write is under way waits, and is replaced by what comes after it. */
  save(snapshot: JwksSnapshot): void {
    this.#next = snapshot
    if (!this.#saving) void this.#saveNext()
  }

  async #saveNext(): Promise<void> {
    this.#saving = true
    for (let snapshot = this.#take(); snapshot !== undefined; snapshot = this.#take()) {
      const saved = snapshot
      try {
        await within(saveTimeoutMs, () => this.#store.save(this.#key, saved))
      } catch (error) {
        this.#failed('save', error)
      }
    }
    this.#saving = false
  }

  #take(): JwksSnapshot | undefined {
    const next = this.#next
    this.#next = undefined
    return next
  }

  #failed(operation: 'load' | 'save', error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    const detail = code ?? (error instanceof Error ? error.name : 'unknown error')
    this.#events.emit({ type: 'storeFailed', operation, detail: printable(detail) ?? '' })
  }
}

class StoreTimeout extends Error {
  override readonly name = 'StoreTimeout'
}

async function within<Value>(ms: number, call: () => Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new StoreTimeout()), ms)
    timer.unref()
  })
  try {
    return await Promise.race([call(), timeout])
  } finally {
    clearTimeout(timer)
  }
}
