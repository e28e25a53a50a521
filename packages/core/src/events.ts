import type { JwksEvent } from '@sallyport/jwks'
import { isPromise } from './awaitable.ts'
import type { AccessTokenErrorCode, RefusalDetail } from './error.ts'

/** An access token passed both doors and every check. */
export interface AcceptedEvent {
  readonly type: 'accepted'
  readonly issuer: string
  readonly keyId: string | undefined
  readonly algorithm: string
  /** Whether an earlier verdict on the same token was used again. */
  readonly cached: boolean
  readonly durationMs: number
}

/** An access token was refused, or could not be checked. */
export interface RefusedEvent extends RefusalDetail {
  readonly type: 'refused'
  readonly code: AccessTokenErrorCode
  readonly durationMs: number
}

/** Something happened to an issuer's keys; see `@sallyport/jwks` for the kinds. */
export interface KeysEvent {
  readonly type: 'keys'
  readonly issuer: string
  readonly event: JwksEvent
}

/** What a verifier decided, for logs, metrics and alarms: codes and identifiers, never a token or a claim set. */
export type VerifierEvent = AcceptedEvent | RefusedEvent | KeysEvent

/** Called with each event, synchronously; what it throws is ignored. */
export type VerifierListener = (event: VerifierEvent) => void

/** The typed event stream: silent, and free, without a subscriber. */
export class EventStream {
  #listeners: readonly VerifierListener[] = []

  get hasSubscribers(): boolean {
    return this.#listeners.length > 0
  }

  /** @returns the function that ends the subscription */
  subscribe(listener: VerifierListener): () => void {
    // Wrapped, so that a listener that subscribes twice hears twice, and each subscription ends by itself.
    const own: VerifierListener = (event) => listener(event)
    this.#listeners = [...this.#listeners, own]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own)
    }
  }

  emit(event: VerifierEvent): void {
    for (const listener of this.#listeners) EventStream.tell(listener, event)
  }

  static tell(listener: VerifierListener, event: VerifierEvent): void {
    // A subscriber watches; it must not be able to change a verdict, nor to end the process, also when it is async.
    try {
      const answer: unknown = listener(event)
      if (isPromise(answer)) Promise.resolve(answer).catch(() => {})
    } catch {
      // As above.
    }
  }
}
