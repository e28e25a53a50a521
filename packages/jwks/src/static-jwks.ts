import { distrustKey } from './distrust.ts'
import { EventStream, nameOfKey } from './events.ts'
import { KeySet, noKeys } from './key-set.ts'
import type { KeySource } from './key-source.ts'
import type { PublishedKey } from './published-key.ts'
import { JwksUnavailableError } from './unavailable-error.ts'

/**
 * A source of keys that are given and never fetched.
 *
 * @example
 * ```ts
 * const source = createStaticJwks(importKeys({ keys: [publicJwk] }))
 * ```
 */
export function createStaticJwks(keys: readonly PublishedKey[]): KeySource {
  const set = new KeySet([...keys])
  const events = new EventStream('static')
  let isClosed = false
  const requireOpen = () => {
    if (isClosed) throw new JwksUnavailableError('this source of keys is closed', 1)
  }
  return {
    find({ kid, alg }) {
      requireOpen()
      return set.find(kid, alg) ?? noKeys
    },
    doubt() {},
    async ready() {
      requireOpen()
    },
    inspect: () => ({
      source: 'static',
      jwksUri: undefined,
      status: isClosed ? 'closed' : 'fresh',
      keys: set.keys.filter((key) => !key.withdrawn).map(nameOfKey),
      ageMs: undefined,
      usableForMs: Number.POSITIVE_INFINITY,
      fetching: false,
      nextRefreshInMs: undefined,
      cooldownMs: 0,
      failures: 0,
      lastError: undefined,
      waiting: 0,
    }),
    subscribe: (listener) => events.subscribe(listener),
    distrust(thumbprint) {
      const withdrawn = set.keys.filter((key) => key.thumbprint === thumbprint && !key.withdrawn)
      distrustKey(thumbprint, 'thumbprint')
      for (const key of withdrawn) events.emit({ type: 'keyWithdrawn', key: nameOfKey(key), reason: 'distrusted' })
    },
    close() {
      isClosed = true
    },
  }
}
