import type { JwksFailureReason, JwksListener, KeyName } from './events.ts'
import type { PublishedKey } from './published-key.ts'

/** What is looked for: the members `alg` and `kid` of a token's header. */
export interface WantedKey {
  readonly alg: string | undefined
  readonly kid: string | undefined
}

/** The state of a key source, as plain data: for health endpoints. Its members cost nothing to make public. */
export interface JwksState {
  /** URL without its query, or issuer. */
  readonly source: string
  /** Where the keys are fetched, as far as that is known; without its query. */
  readonly jwksUri: string | undefined
  /**
   * `fresh`; `stale`: past its freshness, still used; `unavailable`: no set that may be used, tokens are answered
   * with 503; `closed`.
   */
  readonly status: 'fresh' | 'stale' | 'unavailable' | 'closed'
  /** The keys in use. */
  readonly keys: readonly KeyName[]
  /** Time since the set was fetched or last confirmed. */
  readonly ageMs: number | undefined
  /** How much longer the set may be used should it not be confirmed again. */
  readonly usableForMs: number
  readonly fetching: boolean
  readonly nextRefreshInMs: number | undefined
  /** Time until a fetch for an unknown key id may start. */
  readonly cooldownMs: number
  /** How many refreshes have failed one after another. */
  readonly failures: number
  readonly lastError: JwksError | undefined
  /** Requests that wait for a fetch. */
  readonly waiting: number
}

/** The last failure since the last good refresh. */
export interface JwksError {
  readonly reason: JwksFailureReason
  readonly detail: string
  readonly status: number | undefined
  readonly agoMs: number
}

/** Where keys come from: fetched, or given. */
export interface KeySource {
  /**
   * The keys that suit a token's header, at once whenever that can be; none when no such key is known (401).
   *
   * @throws JwksUnavailableError or rejects with it, when the keys cannot be had at the moment (503)
   */
  find(wanted: WantedKey): readonly PublishedKey[] | Promise<readonly PublishedKey[]>
  /**
   * A signature did not verify with the keys that were found: the set may be old. Fetches as soon as the spacing
   * allows; nobody waits.
   */
  doubt(): void
  /**
   * Fulfilled as soon as there is a set that may be used; starts the first fetch.
   *
   * @throws JwksUnavailableError when that fetch has failed, or the next one is not due yet: ask again
   */
  ready(): Promise<void>
  inspect(): JwksState
  /** @returns the function that ends the subscription */
  subscribe(listener: JwksListener): () => void
  /**
   * Refuses a key at once and until the process ends, in every source, whatever is stale, cached or hydrated: for the
   * day a key is stolen.
   *
   * @param thumbprint RFC 7638, SHA-256, base64url
   * @throws JwksConfigurationError
   */
  distrust(thumbprint: string): void
  /**
   * Ends the use of this source: from now on `find` and `ready` fail with JwksUnavailableError. Its sockets and timers end with the last one
   * that shares them.
   */
  close(): void
}
