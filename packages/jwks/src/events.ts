import type { PublishedKey } from './published-key.ts'

/** Why a refresh failed. */
export type JwksFailureReason =
  | 'timeout'
  | 'network'
  | 'status'
  | 'redirect_refused'
  | 'encoding_refused'
  | 'too_large'
  | 'malformed'
  | 'too_many_keys'
  | 'no_usable_key'
  | 'issuer_mismatch'
  | 'url_refused'

/** Why a snapshot was not taken. */
export type SnapshotRefusalReason =
  | 'malformed'
  | 'other_source'
  | 'too_old'
  | 'future_dated'
  | 'older_than_set_in_use'
  | 'no_usable_key'

/** A key, by what may be shown of it. */
export type KeyName = Pick<PublishedKey, 'kid' | 'kty' | 'crv' | 'alg' | 'thumbprint'>

/** A set was fetched, or confirmed (HTTP 304), or taken from the shared store. */
export interface FetchedEvent {
  readonly type: 'fetched'
  readonly from: 'origin' | 'store'
  readonly keys: number
  readonly notModified: boolean
  readonly durationMs: number
  readonly nextRefreshInMs: number
}

/** A refresh failed. The keys last seen stay good, up to `maxStaleMs`. */
export interface RefreshFailedEvent {
  readonly type: 'refreshFailed'
  readonly reason: JwksFailureReason
  /** One sentence for people, without anything of the response's body. */
  readonly detail: string
  /** HTTP status, for the reason `status`. */
  readonly status: number | undefined
  /** `trailing_slash`: the metadata's issuer and the configured one differ by nothing else. */
  readonly hint: 'trailing_slash' | undefined
  /** How many refreshes have failed one after another. */
  readonly failures: number
  readonly retryInMs: number
}

/** The set in use is no longer fresh and could not be refreshed. Told once until it is fresh again. */
export interface StaleEvent {
  readonly type: 'stale'
  readonly ageMs: number
  readonly usableForMs: number
}

/** A key is used from now on. */
export interface KeyAddedEvent {
  readonly type: 'keyAdded'
  readonly key: KeyName
}

/** A key is not used any more: absent from a newer set, kept longer than `maxStaleMs`, or distrusted. */
export interface KeyWithdrawnEvent {
  readonly type: 'keyWithdrawn'
  readonly key: KeyName
  readonly reason: 'absent' | 'too_old' | 'distrusted'
}

/** A published key was left out: malformed, weak, or not for verifying. */
export interface KeySkippedEvent {
  readonly type: 'keySkipped'
  readonly kid: string | undefined
  readonly reason: string
}

/** A key was published together with its private members: everybody can sign with it. Tell its owner. */
export interface PrivateKeyExposedEvent {
  readonly type: 'privateKeyExposed'
  readonly kid: string | undefined
  readonly thumbprint: string
}

/** A token named a key id that is not in the set. At most one a second; `unreported` counts those in between. */
export interface UnknownKeyEvent {
  readonly type: 'unknownKey'
  /** From a token that is not verified: at most 64 characters, all printable ASCII. */
  readonly kid: string | undefined
  readonly unreported: number
}

/**
 * A fetch for an unknown key id, or for a set in doubt, is put off to the end of the spacing. Told once for each fetch
 * that is put off.
 */
export interface CooldownEvent {
  readonly type: 'cooldown'
  readonly fetchInMs: number
}

/** The process has started with a snapshot, or taken a newer one from the store. */
export interface HydratedEvent {
  readonly type: 'hydrated'
  readonly keys: number
  readonly ageMs: number
}

/** A snapshot was ignored. */
export interface SnapshotRefusedEvent {
  readonly type: 'snapshotRefused'
  readonly reason: SnapshotRefusalReason
}

/** The store, or the snapshot file, did not do its part. The keys themselves are not affected. */
export interface StoreFailedEvent {
  readonly type: 'storeFailed'
  readonly operation: 'load' | 'save'
  /** Code or name of the error. */
  readonly detail: string
}

/** What happened to the keys, for logs, metrics and alarms: identifiers, never a key or a token. */
export type JwksEvent = { /** URL without its query, or issuer. */ readonly source: string } & JwksEventBody

export type JwksEventBody =
  | FetchedEvent
  | RefreshFailedEvent
  | StaleEvent
  | KeyAddedEvent
  | KeyWithdrawnEvent
  | KeySkippedEvent
  | PrivateKeyExposedEvent
  | UnknownKeyEvent
  | CooldownEvent
  | HydratedEvent
  | SnapshotRefusedEvent
  | StoreFailedEvent

/** Called with each event, synchronously; what it throws, or rejects with, is ignored. */
export type JwksListener = (event: JwksEvent) => void

/** The listeners of one source. */
export class EventStream {
  #source: string
  #listeners: readonly JwksListener[] = []

  constructor(source: string) {
    this.#source = source
  }

  /** @returns the function that ends the subscription */
  subscribe(listener: JwksListener): () => void {
    // Wrapped, so that a listener that subscribes twice hears twice, and each subscription ends by itself.
    const own: JwksListener = (event) => listener(event)
    this.#listeners = [...this.#listeners, own]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own)
    }
  }

  emit(body: JwksEventBody): void {
    if (this.#listeners.length === 0) return
    const event: JwksEvent = Object.freeze({ source: this.#source, ...body })
    for (const listener of this.#listeners) {
      // A listener watches; it must not be able to stop a refresh, or the process.
      try {
        const result: unknown = listener(event)
        if (result instanceof Promise) result.catch(() => {})
      } catch {}
    }
  }
}

export function nameOfKey({ kid, kty, crv, alg, thumbprint }: PublishedKey): KeyName {
  return { kid: printable(kid), kty, crv, alg, thumbprint }
}

/** Text from outside, safe for a log line or a terminal. */
export function printable(text: string | undefined): string | undefined {
  return text?.slice(0, 64).replaceAll(/[^\x20-\x7e]/g, '?')
}
