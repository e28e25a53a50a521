import type { KeyObject } from 'node:crypto'
import type { JwksListener } from './events.ts'
import { getKeyFor, type GetKey } from './jose-key.ts'
import type { KeySource, WantedKey } from './key-source.ts'
import type { PublishedKey } from './published-key.ts'
import { type JwksOptions, normalizeOptions } from './options.ts'
import { distrustEverywhere, forgetLease, type Lease, leaseFetcher, returnLease } from './registry.ts'
import type { JwksSnapshot } from './snapshot.ts'
import { type JwksSource, normalizeSource } from './source.ts'
import { JwksUnavailableError } from './unavailable-error.ts'

/**
 * The keys of an authorization server, fetched, cached and refreshed. A function, as `jose` takes it for its `getKey`,
 * with methods for everything else.
 */
export interface Jwks extends KeySource, GetKey {
  /**
   * The key for a token, as `jose` asks for it.
   *
   * @throws JWKSNoMatchingKey, JWKSMultipleMatchingKeys (errors of `jose`), JwksUnavailableError
   */
  (
    protectedHeader: { readonly alg?: string | undefined; readonly kid?: string | undefined },
    token?: unknown,
  ): Promise<KeyObject>
  /**
   * All keys of the set in use, in the order of the set: for whoever encrypts, and so chooses one. They are refreshed in
   * the background, so ask each time.
   *
   * @throws JwksUnavailableError
   */
  keys(): Promise<readonly PublishedKey[]>
  /** The set in use, to start another process with; `undefined` without one. Public keys only. */
  snapshot(): JwksSnapshot | undefined
}

/**
 * Makes a source of keys. Sources with equal arguments share one fetcher in the process. Nothing is fetched before the
 * first use: `ready()`, or the first token.
 *
 * @throws JwksConfigurationError for a wrong source or option
 *
 * @example
 * ```ts
 * const jwks = createJwks('https://as.example/jwks')
 * const { payload } = await jwtVerify(token, jwks, { audience: 'https://api.example' })
 * ```
 */
export function createJwks(source: JwksSource, options: JwksOptions = {}): Jwks {
  const normalized = normalizeOptions(options)
  const lease = leaseFetcher(normalizeSource(source), normalized)
  if (options.snapshot !== undefined) lease.fetcher.hydrate(options.snapshot)
  return createHandle(lease)
}

/** Sources that were forgotten without `close()`. */
const forgotten = new FinalizationRegistry<Lease>(forgetLease)

/** What one caller holds. Nothing here may be held by the fetcher, or a forgotten source would never be noticed. */
function createHandle(lease: Lease): Jwks {
  const { fetcher } = lease
  const subscriptions = new Set<() => void>()
  let isClosed = false

  const requireOpen = () => {
    if (isClosed) throw new JwksUnavailableError('this source of keys is closed', 1)
  }
  const find = (wanted: WantedKey) => {
    if (isClosed) requireOpen()
    return fetcher.find(wanted)
  }
  const jwks: Jwks = Object.assign(getKeyFor(find), {
    find,
    doubt() {
      if (!isClosed) fetcher.doubt()
    },
    async ready() {
      requireOpen()
      await fetcher.ready()
    },
    inspect: () => (isClosed ? { ...fetcher.inspect(), status: 'closed' as const } : fetcher.inspect()),
    subscribe(listener: JwksListener) {
      const end = fetcher.events.subscribe(listener)
      subscriptions.add(end)
      return () => {
        subscriptions.delete(end)
        end()
      }
    },
    distrust: (thumbprint: string) => distrustEverywhere(thumbprint, lease),
    async keys() {
      requireOpen()
      return fetcher.keys()
    },
    snapshot: () => fetcher.snapshot(),
    close() {
      if (isClosed) return
      isClosed = true
      for (const end of subscriptions) end()
      forgotten.unregister(subscriptions)
      returnLease(lease)
    },
  })
  forgotten.register(jwks, lease, subscriptions)
  return jwks
}
