import { knownAlgorithms } from './algorithm-fit.ts'
import { monotonicMs, startTimer } from './clock.ts'
import { EventStream, nameOfKey, printable } from './events.ts'
import { asFetchFault, FetchFault } from './fetch-fault.ts'
import { FetchSchedule } from './fetch-schedule.ts'
import { maxKidLength } from './import-keys.ts'
import { FrozenTime } from './frozen-time.ts'
import { type KeyChanges, KeyRing } from './key-ring.ts'
import { type KeySet, noKeys } from './key-set.ts'
import type { JwksError, JwksState, WantedKey } from './key-source.ts'
import type { Configuration } from './options.ts'
import { Origin } from './origin.ts'
import type { KeyEntry, PublishedKey } from './published-key.ts'
import { SharedSnapshots } from './shared-snapshots.ts'
import { clockToleranceMs, type JwksSnapshot, readSnapshot, SnapshotRefusal, writeSnapshot } from './snapshot.ts'
import type { Source } from './source.ts'
import { JwksUnavailableError } from './unavailable-error.ts'
import { UnknownKeyEvents } from './unknown-key-events.ts'
import { UnknownKeyIds } from './unknown-key-ids.ts'
import { nameOfUrl } from './url.ts'
import { type Verdict, type Waiter, Waiters } from './waiters.ts'

/** KEYS-3: the most requests that wait for an unknown key. */
const maxUnknownWaiters = 1_000
/** The most requests that wait for the first set. */
const maxFirstWaiters = 10_000

/** A fetch that is under way. */
interface Flight {
  readonly number: number
  readonly startedAt: number
  /** A key is looked for that the set does not have, or the set is in doubt. */
  readonly urgent: boolean
  readonly controller: AbortController
  /** The request is on its way to the authorization server: the answer is later than now. */
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
  #frozenTime = new FrozenTime()
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
      this.#shared = new SharedSnapshots(configuration.store, source.storeKey, this.events)
    }
  }

  find(wanted: WantedKey): readonly PublishedKey[] | Promise<readonly PublishedKey[]> {
    if (this.#frozenTime.hasPassed()) this.doubt()
    const keys = this.#lookUp(wanted)
    if (keys === undefined) return this.#search(wanted)
    // The key id may have come back with material for this algorithm (KEYS-8).
    if (keys === noKeys && this.#isKnown(wanted.alg)) this.doubt()
    return keys
  }

  /** The set may be old: fetches as soon as the spacing allows, and nobody waits. */
  doubt(): void {
    if (!this.#isStarted || this.#isClosed) return
    // Such a fetch asks the authorization server later than now.
    if (this.#flight?.urgent === true && !this.#flight.sent) return
    this.#demand()
  }

  async ready(): Promise<void> {
    this.#start()
    if (!this.#ring.isUsable) await this.#awaitFirstSet(undefined)
  }

  async keys(): Promise<readonly PublishedKey[]> {
    if (this.#frozenTime.hasPassed()) this.doubt()
    await this.ready()
    return this.#ring.set.keys.filter((entry) => !entry.withdrawn)
  }

  /** Takes a snapshot, when it is newer than the set in use. */
  hydrate(value: unknown): void {
    try {
      const changes = this.#adoptSnapshot(value)
      if (changes === undefined) throw new SnapshotRefusal('older_than_set_in_use')
      // Later, so that who has just made the source can still subscribe.
      queueMicrotask(() => this.#tellHydrated(changes))
    } catch (error) {
      queueMicrotask(() => this.#tellRefusal(error))
    }
    this.#plan()
  }

  snapshot(): JwksSnapshot | undefined {
    const snapshot = this.#export()
    return snapshot === undefined || snapshot.keys.length === 0 ? undefined : snapshot
  }

  /** A key has just been distrusted, here or elsewhere in the process. */
  distrusted(thumbprint: string): void {
    const entries = this.#ring.set.keys.filter((entry) => entry.thumbprint === thumbprint)
    if (entries.length === 0) return
    // What is stored must not bring the key back after a restart.
    this.#save()
    for (const entry of entries) {
      this.events.emit({ type: 'keyWithdrawn', key: nameOfKey(entry), reason: 'distrusted' })
    }
  }

  inspect(): JwksState {
    const { isUsable, isFresh, ageMs, usableForMs, set } = this.#ring
    const { failures, cooldownMs, dueInMs } = this.#schedule
    const { at, ...lastError } = this.#lastError ?? { at: 0 }
    return {
      source: this.#source.name,
      jwksUri: this.#origin.jwksUri === undefined ? undefined : nameOfUrl(new URL(this.#origin.jwksUri)),
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
    this.#flight = undefined
    this.#waiters.decide(() => this.#unavailable())
  }

  #isKnown(alg: string | undefined): boolean {
    return alg !== undefined && knownAlgorithms[this.#configuration.use].includes(alg)
  }

  #lookUp({ kid, alg }: WantedKey): readonly PublishedKey[] | undefined {
    return this.#isStarted && this.#ring.isUsable && !this.#isClosed ? this.#ring.set.find(kid, alg) : undefined
  }

  /** For one who waits. */
  #lookUpFor(wanted: WantedKey | undefined): readonly PublishedKey[] | undefined {
    if (wanted !== undefined) return this.#lookUp(wanted)
    return this.#ring.isUsable ? noKeys : undefined
  }

  /** Off the quick way: before the first set, or for a key that the set does not have. */
  #search(wanted: WantedKey): readonly PublishedKey[] | Promise<readonly PublishedKey[]> {
    const { kid, alg } = wanted
    if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKidLength)) return noKeys
    // No key that could ever be published suits it: nothing is fetched for that.
    if (!this.#isKnown(alg)) return noKeys
    this.#start()
    if (!this.#ring.isUsable) return this.#awaitFirstSet(wanted)
    const keys = this.#lookUp(wanted)
    if (keys !== undefined) return keys
    if (!this.#ring.set.hasOnlyDistrusted(kid)) return this.#awaitUnknownKey(wanted)
    this.#demand()
    return noKeys
  }

  #start(): void {
    if (this.#isClosed) throw this.#unavailable()
    if (this.#isStarted) return
    this.#isStarted = true
    this.#plan()
  }

  #awaitFirstSet(wanted: WantedKey | undefined): Promise<readonly PublishedKey[]> {
    this.#dropExpired()
    const answeredBy = this.#nextAnswer
    if (this.#flight === undefined) this.#demand()
    if (this.#flight === undefined || this.#waiters.size >= maxFirstWaiters) throw this.#unavailable()
    // The fetch has its own limit; this one only holds the process while somebody awaits the answer.
    const untilMs = monotonicMs() + this.#configuration.timeoutMs + 5_000
    return this.#waiters.add({ wanted, answeredBy, untilMs, arrivedAt: monotonicMs() }, () => this.#unavailable())
  }

  #awaitUnknownKey(wanted: WantedKey): readonly PublishedKey[] | Promise<readonly PublishedKey[]> {
    const { kid } = wanted
    this.#unknownEvents.tell(kid)
    const answeredBy = this.#nextAnswer
    if (this.#flight === undefined) this.#demand()
    const arrivedAt = monotonicMs()
    const untilMs = arrivedAt + this.#configuration.unknownKeyWaitMs
    const isSoon = this.#flight !== undefined || this.#schedule.dueAt <= untilMs
    if (isSoon && this.#waiters.size < maxUnknownWaiters && !this.#unknown.isHopeless(kid ?? '')) {
      return this.#waiters.add({ wanted, answeredBy, untilMs, arrivedAt }, () => this.#answerAfterWaiting())
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
    const why = this.#lastError?.detail ?? 'a fetch is not answered yet'
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
    const { set } = this.#ring
    const answer = await this.#origin.fetch(flight.urgent, flight.controller.signal, () => {
      flight.sent = true
    })
    if (this.#isClosed) return
    const { entries, freshForMs } = answer
    const changes = this.#take(entries, set, freshForMs)
    this.#setUrl = this.#origin.jwksUri
    this.#lastError = undefined
    this.#schedule.succeeded(freshForMs, changes.added.length > 0)
    this.#tellFetched(flight, changes, { from: 'origin', notModified: entries === undefined })
    for (const { kid, reason } of answer.skipped) this.events.emit({ type: 'keySkipped', kid: printable(kid), reason })
    for (const { kid, thumbprint } of answer.exposed) {
      this.events.emit({ type: 'privateKeyExposed', kid: printable(kid), thumbprint })
    }
    this.#save()
  }

  /** @param asked the set in use when the request was sent: what a 304 is about */
  #take(entries: readonly KeyEntry[] | undefined, asked: KeySet<KeyEntry>, freshForMs: number): KeyChanges {
    this.#dropExpired()
    if (entries !== undefined) return this.#ring.adopt(entries, 0, freshForMs)
    if (this.#ring.set === asked && this.#ring.confirm(freshForMs)) return { added: [], withdrawn: [] }
    this.#origin.forgetValidators()
    throw new FetchFault('malformed', 'the answer confirms a set that is not in use any more')
  }

  #save(): void {
    const snapshot = this.#export()
    if (snapshot !== undefined) this.#shared?.save(snapshot)
  }

  /** The set in use, without the keys that are distrusted: perhaps without any. */
  #export(): JwksSnapshot | undefined {
    if (!this.#ring.isUsable || this.#setUrl === undefined) return undefined
    const { issuer } = this.#source
    return writeSnapshot(this.#ring.set.keys, { issuer, jwksUri: this.#setUrl }, this.#ring)
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
      const { isFresh } = this.#ring
      if (isFresh) this.#tellFetched(flight, changes, { from: 'store', notModified: false })
      else this.#tellHydrated(changes)
      this.#waiters.decide(({ wanted }) => this.#lookUpFor(wanted))
      return isFresh
    } catch (error) {
      this.#tellRefusal(error)
      return false
    }
  }

  /** @returns `undefined` when the set in use is not older, or may not be */
  #adoptSnapshot(value: unknown): KeyChanges | undefined {
    const snapshot = readSnapshot(value, this.#source, this.#origin.jwksUri, this.#configuration)
    const { entries, jwksUri, ageMs, freshnessMs } = snapshot
    // Newer beyond doubt, whatever the clocks: else a key that was withdrawn could come back.
    if (ageMs + clockToleranceMs >= this.#ring.ageMs) return undefined
    this.#dropExpired()
    const changes = this.#ring.adopt(entries, ageMs, freshnessMs)
    this.#setUrl = jwksUri
    this.#origin.forgetValidators()
    this.#schedule.refreshWithin(this.#ring.freshForMs)
    return changes
  }

  #tellFetched(flight: Flight, changes: KeyChanges, what: { from: 'origin' | 'store'; notModified: boolean }): void {
    this.#isStaleTold = false
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
    const missed = new Set<string>()
    this.#waiters.decide((waiter) => this.#verdictOn(waiter, flight, fault, missed))
    for (const kid of missed) this.#unknown.missed(kid)
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

  #verdictOn(
    { wanted, answeredBy, arrivedAt }: Waiter,
    flight: Flight,
    fault: FetchFault | undefined,
    missed: Set<string>,
  ): Verdict {
    const found = this.#lookUpFor(wanted)
    if (found !== undefined) return found
    if (!this.#ring.isUsable) return this.#unavailable()
    // What the store says is no answer: who looks for a new key wants to know it from the authorization server.
    if (fault === undefined && flight.sent && answeredBy <= flight.number) {
      missed.add(wanted?.kid ?? '')
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

  #tellHydrated(changes: KeyChanges): void {
    this.events.emit({ type: 'hydrated', keys: this.#ring.set.keys.length, ageMs: this.#ring.ageMs })
    this.#tellChanges(changes)
  }

  #tellChanges({ added, withdrawn }: KeyChanges): void {
    if (added.length > 0) this.#unknown.forget()
    for (const entry of added) this.events.emit({ type: 'keyAdded', key: nameOfKey(entry) })
    for (const entry of withdrawn) this.events.emit({ type: 'keyWithdrawn', key: nameOfKey(entry), reason: 'absent' })
  }

  #tellRefusal(error: unknown): void {
    if (!(error instanceof SnapshotRefusal)) throw error
    this.events.emit({ type: 'snapshotRefused', reason: error.reason })
  }
}
