import type { IncomingHttpHeaders } from 'node:http'
import { monotonicMs } from './clock.ts'
import { asFetchFault, FetchFault } from './fetch-fault.ts'
import { boundedFreshnessMs } from './freshness.ts'
import { getDocument } from './http-document.ts'
import { freshnessMs } from './http-dates.ts'
import { type ExposedKey, importKeyEntries, KeySetShapeError, type SkippedKey } from './import-keys.ts'
import { parseJsonDocument } from './json-document.ts'
import { discoverJwksUri } from './metadata.ts'
import type { Configuration } from './options.ts'
import type { KeyEntry } from './published-key.ts'
import type { Source } from './source.ts'
import { withTimeLimit } from './time-limit.ts'

/** The jwks_uri hardly ever changes; it is looked up again after this time, and after a failure. */
const metadataMs = 3_600_000
/** When metadata that was there before cannot be had. */
const metadataRetryMs = 60_000

export interface OriginAnswer {
  /** `undefined`: the set that the validators belong to is confirmed. */
  readonly entries: readonly KeyEntry[] | undefined
  readonly skipped: readonly SkippedKey[]
  readonly exposed: readonly ExposedKey[]
  /** Within the configured bounds. */
  readonly freshForMs: number
}

/** The authorization server's side: where its keys are, and what it said about them last. */
export class Origin {
  #source: Source
  #configuration: Configuration
  #jwksUri: URL | undefined
  #metadataUntil = 0
  #validators: Readonly<Record<string, string>> = {}
  /** What the response said that the validators are of. */
  #saidMs: number | undefined

  constructor(source: Source, configuration: Configuration) {
    this.#source = source
    this.#configuration = configuration
    this.#jwksUri = source.jwksUri
  }

  /** Where the keys are, as far as that is known. */
  get jwksUri(): string | undefined {
    return this.#jwksUri?.href
  }

  /** The set in use is not the one that was fetched here last: a 304 would confirm the wrong one. */
  forgetValidators(): void {
    this.#validators = {}
    this.#saidMs = undefined
  }

  /**
   * Fetches the set, within `timeoutMs` in all.
   *
   * @param urgent a key is looked for: caches on the way are asked to look again (RFC 9111 §5.2.1.4)
   * @param onConnected called when the request is on its way: its answer is of a later time
   * @throws FetchFault
   */
  async fetch(urgent: boolean, closed: AbortSignal, onConnected: () => void): Promise<OriginAnswer> {
    try {
      return await withTimeLimit(this.#configuration.timeoutMs, closed, (signal) =>
        this.#fetchKeys(urgent, signal, onConnected),
      )
    } catch (error) {
      this.#metadataUntil = 0
      throw asFetchFault(error)
    }
  }

  async #fetchKeys(urgent: boolean, signal: AbortSignal, onConnected: () => void): Promise<OriginAnswer> {
    const { agent, connectTimeoutMs, maxResponseBytes } = this.#configuration
    const url = await this.#locate(signal)
    const headers = { ...this.#validators, ...(urgent ? { 'cache-control': 'no-cache' } : {}) }
    const request = { headers, maxBytes: maxResponseBytes, connectTimeoutMs, agent, signal, onConnected }
    const response = await getDocument(url, request)
    const saidMs = freshnessMs(response.headers)
    if (response.body === undefined) {
      // RFC 9111 §4.3.4: what a 304 does not say is still as it was.
      const freshForMs = boundedFreshnessMs(saidMs ?? this.#saidMs, this.#configuration)
      return { entries: undefined, skipped: [], exposed: [], freshForMs }
    }
    const answer = { ...this.#readKeys(response.body), freshForMs: boundedFreshnessMs(saidMs, this.#configuration) }
    this.#validators = validatorsOf(response.headers)
    this.#saidMs = saidMs
    return answer
  }

  async #locate(signal: AbortSignal): Promise<URL> {
    if (this.#source.jwksUri !== undefined) return this.#source.jwksUri
    const known = this.#jwksUri
    if (known === undefined) return this.#discover(signal)
    if (monotonicMs() < this.#metadataUntil) return known
    try {
      // The metadata may be down, or hang, while the keys are not.
      return await withTimeLimit(this.#configuration.timeoutMs / 2, signal, (within) => this.#discover(within))
    } catch {
      signal.throwIfAborted()
      this.#metadataUntil = monotonicMs() + metadataRetryMs
      return known
    }
  }

  async #discover(signal: AbortSignal): Promise<URL> {
    const { agent, connectTimeoutMs } = this.#configuration
    const found = await discoverJwksUri(this.#source, { agent, connectTimeoutMs, signal })
    if (found.href !== this.#jwksUri?.href) this.forgetValidators()
    this.#jwksUri = found
    this.#metadataUntil = monotonicMs() + metadataMs
    return found
  }

  #readKeys(body: Uint8Array) {
    const skipped: SkippedKey[] = []
    const exposed: ExposedKey[] = []
    const { use, maxKeys, acceptEmptySet } = this.#configuration
    const entries = (() => {
      try {
        return importKeyEntries(parseJsonDocument(body), {
          use,
          maxKeys,
          onSkipped: (key) => skipped.push(key),
          onExposed: (key) => exposed.push(key),
        })
      } catch (error) {
        if (error instanceof KeySetShapeError)
          throw new FetchFault(error.reason, `the key set is refused: ${error.message}`)
        throw error
      }
    })()
    if (entries.length > 0 || acceptEmptySet) return { entries, skipped, exposed }
    const reasons = skipped.slice(0, 3).map((key) => key.reason)
    const why = reasons.length === 0 ? 'it is empty' : reasons.join('; ')
    throw new FetchFault('no_usable_key', `the key set has no usable key: ${why}`)
  }
}

/** RFC 9110 §13.1.2, §13.1.3 */
function validatorsOf({ etag, 'last-modified': lastModified }: IncomingHttpHeaders): Record<string, string> {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  }
}
