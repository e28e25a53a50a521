import { monotonicMs, startTimer, wallMs } from './clock.ts'
import { distrustedKeys, distrustKey } from './distrust.ts'
import { EventStream, nameOfKey, printable } from './events.ts'
import { asFetchFault, FetchFault } from './fetch-fault.ts'
import { FetchSchedule } from './fetch-schedule.ts'
import { maxKidLength } from './import-keys.ts'
import { type KeyChanges, KeyRing } from './key-ring.ts'
import { noKeys } from './key-set.ts'
import type { JwksError, JwksState, WantedKey } from './key-source.ts'
import type { Configuration } from './options.ts'
import { Origin } from './origin.ts'
import type { KeyEntry, PublishedKey } from './published-key.ts'
import { SharedSnapshots } from './shared-snapshots.ts'
import { type JwksSnapshot, readSnapshot, SnapshotRefusal, writeSnapshot } from './snapshot.ts'
import type { Source } from './source.ts'
import { JwksUnavailableError } from './unavailable-error.ts'
import { UnknownKeyEvents } from './unknown-key-events.ts'
import { UnknownKeyIds } from './unknown-key-ids.ts'
import { type Verdict, type Waiter, Waiters } from './waiters.ts'

/** KEYS-3: the most requests that wait for an unknown key. */
const maxUnknownWaiters = 1_000
/** The most requests that wait for the first set. */
const maxFirstWaiters = 10_000

/** A fetch that is under way. */
interface Flight {
  readonly number: number
  readonly startedAt: number
  /** A key is looked for that the set does not have. */
  readonly urgent: boolean
  readonly controller: AbortController
  sent: boolean
}

/**
 * The one fetcher of a source: which set is in use, when it is fetched, and who waits for that. Everybody who uses the
 * source with the same options has this one.
 */
export class Fetcher {
  readonly events: EventStream
  #source: Source
  #configuration: Configuration
  #origin: Origin
  #ring: KeyRing
  #schedule: FetchSchedule
  #shared: SharedSnapshots | undefined
  #waiters = new Waiters()
  #unknown = new UnknownKeyIds()
  #unknownEvents: UnknownKeyEvents
  /** Where the set in use is from. */
  #setUrl: string | undefined
  #flight: Flight | undefined
  #fetches = 0
  #timer: NodeJS.Timeout | undefined
  #timerAt = 0
  #lastError: (Omit<JwksError, 'agoMs'> & { at: number }) | undefined
  #isStaleTold = false
  #isCooldownTold = false
  /** Nothing is fetched before the first use. */
  #isStarted = false
  #isClosed = false

  constructor(source: Source, configuration: Configuration) {
    this.events = new EventStream(source.name)
    this.#source = source
    this.#configuration = configuration
    this.#origin = new Origin(source, configuration)
    this.#ring = new KeyRing(configuration.maxStaleMs)
    this.#schedule = new FetchSchedule(configuration)
    this.#unknownEvents = new UnknownKeyEvents(this.events)
    if (configuration.store !== undefined) {
      this.#shared = new SharedSnapshots(configuration.store, source.issuer ?? source.name, this.events)
    }
  }

  find({ kid, alg }: WantedKey): readonly PublishedKey[] | Promise<readonly PublishedKey[]> {
    return this.#lookUp(kid, alg) ?? this.#search(kid, alg)
  }

  async ready(): Promise<void> {
    this.#start()
    if (!this.#ring.isUsable) await this.#awaitFirstSet(undefined, undefined)
  }

  /** Takes a snapshot, when it is newer than the set in use. */
  hydrate(value: unknown): void {
    try {
      const changes = this.#adoptSnapshot(value)
      if (changes === undefined) throw new SnapshotRefusal('older_than_set_in_use')
      const { ageMs } = this.#ring
      // Later, so that who has just made the source can still subscribe.
      queueMicrotask(() => {
        this.events.emit({ type: 'hydrated', keys: this.#ring.set.keys.length, ageMs })
        this.#tellChanges(changes)
      })
    } catch (error) {
      queueMicrotask(() => this.#tellRefusal(error))
    }
    this.#plan()
  }

  snapshot(): JwksSnapshot | undefined {
    if (!this.#ring.isUsable || this.#setUrl === undefined) return undefined
    const origin = { issuer: this.#source.issuer, jwksUri: this.#setUrl }
    const snapshot = writeSnapshot(this.#ring.set.keys, origin, wallMs() - this.#ring.ageMs)
    return snapshot.keys.length > 0 ? snapshot : undefined
  }

  distrust(thumbprint: string): void {
    const isNew = !distrustedKeys.thumbprints.has(thumbprint)
    distrustKey(thumbprint, 'thumbprint')
    if (!isNew) return
    for (const entry of this.#ring.set.keys) {
      if (entry.thumbprint !== thumbprint) continue
      this.events.emit({ type: 'keyWithdrawn', key: nameOfKey(entry), reason: 'distrusted' })
    }
  }

  inspect(): JwksState {
    const { isUsable, isFresh, ageMs, usableForMs, set } = this.#ring
    const { failures, cooldownMs, dueInMs } = this.#schedule
    const { at, ...lastError } = this.#lastError ?? { at: 0 }
    return {
      source: this.#source.name,
      jwksUri: this.#origin.jwksUri,
      status: this.#isClosed ? 'closed' : isFresh ? 'fresh' : isUsable ? 'stale' : 'unavailable',
      keys: isUsable ? set.keys.filter((entry) => !entry.withdrawn).map(nameOfKey) : [],
      ageMs: isUsable ? ageMs : undefined,
      usableForMs,
      fetching: this.#flight !== undefined,
      nextRefreshInMs: this.#isStarted && !this.#isClosed ? dueInMs : undefined,
      cooldownMs,
      failures,
      lastError: 'reason' in lastError ? { ...lastError, agoMs: monotonicMs() - at } : undefined,
      waiting: this.#waiters.size,
    }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#flight?.controller.abort()
    this.#waiters.decide(() => this.#unavailable())
  }

  #lookUp(kid: string | undefined, alg: string | undefined): readonly PublishedKey[] | undefined {
    return this.#isStarted && this.#ring.isUsable && !this.#isClosed ? this.#ring.set.find(kid, alg) : undefined
  }

  /** Off the quick way: before the first set, or for a key that the set does not have. */
  #search(kid: unknown, alg: string | undefined): readonly PublishedKey[] | Promise<readonly PublishedKey[]> {
    if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKidLength)) return noKeys
    this.#start()
    if (!this.#ring.isUsable) return this.#awaitFirstSet(kid, alg)
    const keys = this.#lookUp(kid, alg)
    if (keys !== undefined) return keys
    if (!this.#ring.set.hasOnlyDistrusted(kid)) return this.#awaitUnknownKey(kid, alg)
    this.#demand()
    return noKeys
  }

  #start(): void {
    if (this.#isClosed) throw this.#unavailable()
    if (this.#isStarted) return
    this.#isStarted = true
    this.#plan()
  }

  #awaitFirstSet(kid: string | undefined, alg: string | undefined): Promise<readonly PublishedKey[]> {
    this.#dropExpired()
    const answeredBy = this.#nextAnswer
    if (this.#flight === undefined) this.#demand()
    if (this.#flight === undefined || this.#waiters.size >= maxFirstWaiters) throw this.#unavailable()
    // The fetch has its own limit; this one only holds the process while somebody awaits the answer.
    const untilMs = monotonicMs() + this.#configuration.timeoutMs + 5_000
    return this.#waiters.add({ kid, alg, answeredBy, untilMs, arrivedAt: monotonicMs() }, () => this.#unavailable())
  }

  #awaitUnknownKey(
    kid: string | undefined,
    alg: string | undefined,
  ): readonly PublishedKey[] | Promise<readonly PublishedKey[]> {
    this.#unknownEvents.tell(kid)
    const answeredBy = this.#nextAnswer
    if (this.#flight === undefined) this.#demand()
    const arrivedAt = monotonicMs()
    const untilMs = arrivedAt + this.#configuration.unknownKeyWaitMs
    const isSoon = this.#flight !== undefined || this.#schedule.dueAt <= untilMs
    if (isSoon && this.#waiters.size < maxUnknownWaiters && !this.#unknown.isHopeless(kid ?? '')) {
      return this.#waiters.add({ kid, alg, answeredBy, untilMs, arrivedAt }, () => this.#answerAfterWaiting())
    }
    this.#demand()
    return this.#answerUnknown()
  }

  /** The number of the first fetch whose answer is later than now. */
  get #nextAnswer(): number {
    return this.#flight === undefined || this.#flight.sent ? this.#fetches + 1 : this.#fetches
  }

  /** KEYS-7 */
  #answerUnknown(): readonly PublishedKey[] {
    if (this.#schedule.failures > 0) throw this.#unavailable()
    return noKeys
  }

  #answerAfterWaiting(): readonly PublishedKey[] | Error {
    // A fetch that has not been answered by now is as good as failed: the token may be good.
    return this.#flight !== undefined || this.#schedule.failures > 0 ? this.#unavailable() : noKeys
  }

  #unavailable(): JwksUnavailableError {
    if (this.#isClosed) return new JwksUnavailableError(`the keys of ${this.#source.name} are closed`, 1)
    const why = this.#lastError === undefined ? 'they are not fetched yet' : this.#lastError.detail
    const seconds = this.#flight === undefined ? this.#schedule.dueInMs / 1000 : 1
    return new JwksUnavailableError(`the keys of ${this.#source.name} are unavailable: ${why}`, seconds)
  }

  #demand(): void {
    this.#schedule.demand()
    this.#plan()
    if (this.#flight !== undefined || this.#isCooldownTold) return
    this.#isCooldownTold = true
    this.events.emit({ type: 'cooldown', fetchInMs: this.#schedule.dueInMs })
  }

  /** Starts the fetch that is due, or the timer for the one that will be. */
  #plan(): void {
    if (!this.#isStarted || this.#isClosed || this.#flight !== undefined) return
    const { dueAt } = this.#schedule
    if (dueAt <= monotonicMs()) return this.#fetch()
    if (this.#timer !== undefined && this.#timerAt === dueAt) return
    clearTimeout(this.#timer)
    this.#timerAt = dueAt
    this.#timer = startTimer(this, dueAt - monotonicMs(), (self) => {
      self.#timer = undefined
      self.#plan()
    })
  }

  #fetch(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const flight: Flight = {
      number: ++this.#fetches,
      startedAt: monotonicMs(),
      urgent: this.#schedule.isDemanded,
      controller: new AbortController(),
      sent: false,
    }
    this.#flight = flight
    this.#isCooldownTold = false
    this.#schedule.started()
    void this.#refresh(flight)
      .catch(asFetchFault)
      .then((fault) => this.#ended(flight, fault ?? undefined))
  }

  async #refresh(flight: Flight): Promise<void> {
    if (this.#shared !== undefined && (await this.#refreshFromStore(this.#shared, flight))) return
    this.#dropExpired()
    if (!this.#ring.isUsable) this.#origin.forgetValidators()
    const answer = await this.#origin.fetch(flight.urgent, flight.controller.signal, () => {
      flight.sent = true
    })
    if (this.#isClosed) return
    const { entries, freshForMs } = answer
    const changes = this.#take(entries, freshForMs)
    this.#setUrl = this.#origin.jwksUri
    this.#succeeded(flight, changes, freshForMs, { from: 'origin', notModified: entries === undefined })
    for (const { kid, reason } of answer.skipped) this.events.emit({ type: 'keySkipped', kid: printable(kid), reason })
    for (const { kid, thumbprint } of answer.exposed) {
      this.events.emit({ type: 'privateKeyExposed', kid: printable(kid), thumbprint })
    }
    const snapshot = this.snapshot()
    if (snapshot !== undefined) this.#shared?.save(snapshot)
  }

  #take(entries: readonly KeyEntry[] | undefined, freshForMs: number): KeyChanges {
    this.#dropExpired()
    if (entries !== undefined) return this.#ring.adopt(entries, 0, freshForMs)
    if (this.#ring.confirm(freshForMs)) return { added: [], withdrawn: [] }
    throw new FetchFault('malformed', 'the answer confirms a set that is too old to be used')
  }

  /** @returns whether the store has a fresh set, so that nothing needs to be fetched */
  async #refreshFromStore(shared: SharedSnapshots, flight: Flight): Promise<boolean> {
    // Whoever looks for a new key wants to know what the authorization server says now.
    if (flight.urgent && this.#ring.isUsable) return false
    const stored = await shared.load()
    if (this.#isClosed || stored === undefined) return false
    try {
      const changes = this.#adoptSnapshot(stored)
      if (changes === undefined) return false
      const { isFresh, freshForMs } = this.#ring
      if (isFresh) this.#succeeded(flight, changes, freshForMs, { from: 'store', notModified: false })
      else this.#tellChanges(changes)
      this.#waiters.decide(({ kid, alg }) => this.#lookUp(kid, alg))
      return isFresh
    } catch (error) {
      this.#tellRefusal(error)
      return false
    }
  }

  /** @returns `undefined` when the set in use is not older */
  #adoptSnapshot(value: unknown): KeyChanges | undefined {
    const { refreshMs, maxKeys } = this.#configuration
    const { entries, jwksUri, ageMs } = readSnapshot(value, this.#source, this.#origin.jwksUri, {
      nowWallMs: wallMs(),
      maxAgeMs: this.#ring.maxAgeMs(refreshMs),
      maxKeys,
    })
    if (this.#ring.isUsable && ageMs >= this.#ring.ageMs) return undefined
    this.#dropExpired()
    const changes = this.#ring.adopt(entries, ageMs, refreshMs)
    this.#setUrl = jwksUri
    this.#origin.forgetValidators()
    this.#schedule.refreshWithin(this.#ring.freshForMs)
    return changes
  }

  #succeeded(
    flight: Flight,
    changes: KeyChanges,
    freshForMs: number,
    what: { from: 'origin' | 'store'; notModified: boolean },
  ): void {
    this.#lastError = undefined
    this.#isStaleTold = false
    this.#schedule.succeeded(freshForMs, changes.added.length > 0)
    if (changes.added.length > 0) this.#unknown.forget()
    this.events.emit({
      type: 'fetched',
      ...what,
      keys: this.#ring.set.keys.length,
      durationMs: monotonicMs() - flight.startedAt,
      nextRefreshInMs: this.#schedule.dueInMs,
    })
    this.#tellChanges(changes)
  }

  #ended(flight: Flight, fault: FetchFault | undefined): void {
    if (this.#isClosed) return
    this.#flight = undefined
    if (fault !== undefined) this.#failed(fault)
    this.#waiters.decide((waiter) => this.#verdictOn(waiter, flight, fault))
    this.#plan()
  }

  #failed({ reason, message: detail, status, hint, retryAfterMs }: FetchFault): void {
    this.#dropExpired()
    this.#schedule.failed(retryAfterMs)
    this.#lastError = { reason, detail, status, at: monotonicMs() }
    const { failures, dueInMs: retryInMs } = this.#schedule
    this.events.emit({ type: 'refreshFailed', reason, detail, status, hint, failures, retryInMs })
    if (this.#isStaleTold || !this.#ring.isUsable || this.#ring.isFresh) return
    this.#isStaleTold = true
    this.events.emit({ type: 'stale', ageMs: this.#ring.ageMs, usableForMs: this.#ring.usableForMs })
  }

  #verdictOn({ kid, alg, answeredBy, arrivedAt }: Waiter, flight: Flight, fault: FetchFault | undefined): Verdict {
    const found = this.#lookUp(kid, alg)
    if (found !== undefined) return found
    if (!this.#ring.isUsable) return this.#unavailable()
    if (fault === undefined && answeredBy <= flight.number) {
      this.#unknown.missed(kid ?? '')
      return noKeys
    }
    // It came too late for this answer, or there was none: the next fetch makes up for it.
    this.#schedule.demand()
    if (this.#schedule.dueAt <= arrivedAt + this.#configuration.unknownKeyWaitMs) return undefined
    return fault === undefined ? noKeys : this.#unavailable()
  }

  /** Ends the keys that were not confirmed for too long. */
  #dropExpired(): void {
    for (const entry of this.#ring.expire()) {
      this.events.emit({ type: 'keyWithdrawn', key: nameOfKey(entry), reason: 'too_old' })
    }
  }

  #tellChanges({ added, withdrawn }: KeyChanges): void {
    for (const entry of added) this.events.emit({ type: 'keyAdded', key: nameOfKey(entry) })
    for (const entry of withdrawn) this.events.emit({ type: 'keyWithdrawn', key: nameOfKey(entry), reason: 'absent' })
  }

  #tellRefusal(error: unknown): void {
    if (!(error instanceof SnapshotRefusal)) throw error
    this.events.emit({ type: 'snapshotRefused', reason: error.reason })
  }
}
