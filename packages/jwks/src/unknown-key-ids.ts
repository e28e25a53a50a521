import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

const maxRemembered = 4_096
/** After so many fetches without it a key id is not waited for any more. */
const enoughFetches = 3

/**
 * Key ids that were looked for and not found. They come from tokens that are not verified, so they are kept as a
 * hash of fixed length, and only so many.
 */
export class UnknownKeyIds {
  #fetches = new LRUCache<string, number>({ max: maxRemembered })

  get size(): number {
    return this.#fetches.size
  }

  /** A fetch that was started after the question did not bring the key. */
  missed(kid: string): void {
    const name = digest(kid)
    this.#fetches.set(name, (this.#fetches.get(name) ?? 0) + 1)
  }

  /** Whether it makes no sense to wait for that key. */
  isHopeless(kid: string): boolean {
    return this.#fetches.size > 0 && (this.#fetches.get(digest(kid)) ?? 0) >= enoughFetches
  }

  /** A new key has come: who knows what comes next. */
  forget(): void {
    this.#fetches.clear()
  }
}

function digest(kid: string): string {
  return hash('sha256', kid, 'base64url')
}
