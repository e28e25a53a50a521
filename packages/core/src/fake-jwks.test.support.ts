import { type Jwks, type JwksListener, type PublishedKey, type WantedKey } from '@sallyport/jwks'
import type { Awaitable } from './awaitable.ts'

type FoundKeys = Awaitable<readonly PublishedKey[]>

/** A fetcher that a test answers for. */
export interface FakeJwks {
  /** For the option `jwks`. */
  readonly jwks: Jwks
  /** What was looked for. */
  readonly wanted: readonly WantedKey[]
  /** Who listens at the moment. */
  readonly listeners: ReadonlySet<JwksListener>
  answerWith(answer: (wanted: WantedKey) => FoundKeys): void
}

export function createFakeJwks(answer: (wanted: WantedKey) => FoundKeys = () => []): FakeJwks {
  const wanted: WantedKey[] = []
  const listeners = new Set<JwksListener>()
  const source = {
    find(key: WantedKey) {
      wanted.push(key)
      return answer(key)
    },
    ready: async () => {},
    inspect: () => undefined,
    subscribe(listener: JwksListener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    jwks: Object.assign(() => {}, source) as unknown as Jwks,
    wanted,
    listeners,
    answerWith: (next) => void (answer = next),
  }
}
