import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { monotonicMs } from './clock.ts'

const maxRemembered = 4_096
/** After so many fetches without it a key id is not waited for any more. */
const enoughFetches = 3
/** After so long it may have been published meanwhile. */
const rememberedMs = 60_000

/**
 * Key ids that were looked for and not found. They come from tokens that are not verified, so they are kept as a
 * hash of fixed length, and only so many.
 */
export class UnknownKeyIds {
  #missed = new LRUCache<string, { readonly fetches: number; readonly at: number }>({ max: maxRemembered })

  get size(): number {
    return this.#missed.size
  }

  /** A fetch that was started after the question did not bring the key. */
  missed(kid: string): void {
    const name = digest(kid)
    this.#missed.set(name, { fetches: this.#fetchesWithout(name) + 1, at: monotonicMs() })
  }

  /** Whether it makes no sense to wait for that key. */
  isHopeless(kid: string): boolean {
    return this.#missed.size > 0 && this.#fetchesWithout(digest(kid)) >= enoughFetches
  }

  /** A new key has come: who knows what comes next. */
  forget(): void {
    this.#missed.clear()
  }

  #fetchesWithout(name: string): number {
    const { fetches, at } = this.#missed.get(name) ?? { fetches: 0, at: 0 }
    return monotonicMs() - at < rememberedMs ? fetches : 0
  }
}

function digest(kid: string): string {
  return hash('sha256', kid, 'base64url')
}
