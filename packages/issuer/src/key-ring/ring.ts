import type { JSONWebKeySet, JWK } from 'jose'
import { EventStream } from '../event-stream.ts'
import type { Signer } from '../signing-key.ts'
import { catchUp, type Moment, type NewKey } from './catch-up.ts'
import type { KeyRingEvent } from './events.ts'
import { KeyRingError } from '../key-ring-error.ts'
import { type KeyStorage, KeyStorageError, type KeyStorageErrorCode } from './key-storage.ts'
import type { RingConfiguration } from './options.ts'
import { maxRetiringKeys, nextChangeAt, type RingPolicy, usableFrom } from './policy.ts'
import type { KeyMaker, RingKey } from './ring-keys.ts'
import { parseState, type RingState, serializeState, type StoredKey } from './ring-state.ts'
import { atMost, within } from '../within.ts'

/** How long what was read is taken for what is stored. */
const freshMs = 1_000
/** How long a storage that failed is left alone. */
const retryMs = 5_000
const loadLimitMs = 1_000
const openLimitMs = 10_000
const saveLimitMs = 30_000
/** How long somebody waits for a key to sign with who has none. */
const noKeyLimitMs = 10_000
/** How long somebody waits who wants to sign, or to know the keys, and has keys of before. */
const longestWaitMs = 1_500
const longestTimerMs = 3_600_000
/** Each conflict means that another process has got on; so many of them in a row mean that something is wrong. */
const maxConflicts = 20
const maxWithdrawn = 1_000

const staleMessage = 'the storage could not be read for so long that any key may have been withdrawn meanwhile'

/** What a storage holds, by its revision. */
interface Loaded {
  readonly state: RingState
  readonly revision: string | undefined
}

/** A stored key and what it is good for here. */
interface OpenKey extends RingKey {
  readonly stored: StoredKey
}

/**
 * The keys as this process knows them. It is only ever what is stored: a new key is stored first and used then, so that
 * no crash loses a key that something was signed with. The one exception is a withdrawal, which is in force at once.
 */
export class Ring {
  readonly policy: RingPolicy
  readonly events = new EventStream<KeyRingEvent>()
  #storage: KeyStorage
  #maker: KeyMaker
  #revision: string | undefined
  /** What that revision says, which a withdrawal may already have gone beyond. */
  #stored: RingState
  #keys: readonly OpenKey[] = []
  #withdrawn = new Set<string>()
  /** When the storage has said what is stored. */
  #readAtMs = 0
  #lookedAtMs = 0
  #looksAgainInMs = 0
  #keepingUp: Promise<void> | undefined
  #lastWork: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  #failure: Extract<KeyRingEvent, { type: 'storage_failed' }>['code'] | undefined
  #privateKeys: readonly JWK[] = []

  private constructor({ storage, policy, maker }: RingConfiguration) {
    this.#storage = storage
    this.policy = policy
    this.#maker = maker
    this.#stored = { use: policy.use, keys: [] }
  }

  /** @throws KeyStorageError, KeyRingError when there is no key to begin with */
  static async open(configuration: RingConfiguration): Promise<Ring> {
    const ring = new Ring(configuration)
    try {
      await ring.#inTurn(() => ring.#renew('when-due', openLimitMs))
    } catch (error) {
      // A full disk must not keep a process from starting that has a key. What was read is in use already.
      if (!ring.#isUsable || !isFailure(error)) throw error
      ring.#failed(error)
    }
    ring.#setTimer()
    return ring
  }

  get failure() {
    return this.#failure
  }

  get keys(): readonly StoredKey[] {
    return this.#keys.map(({ stored }) => stored)
  }

  /** The key that signs, at once where what is known is fresh. */
  signer(): Signer | Promise<Signer> {
    return (this.#isFresh ? this.#signer : undefined) ?? this.#freshSigner()
  }

  /** Whether a key that was asked for a moment ago must not be used any more. */
  isWithdrawn(kid: string): boolean {
    return this.#withdrawn.has(kid)
  }

  /**
   * Of signature keys all that are in the ring; of encryption keys the current one alone, so that whatever an issuer
   * chooses is right.
   *
   * @throws KeyRingError `no_key` where any of them may have been withdrawn long ago
   */
  jwks(): JSONWebKeySet {
    if (this.#isStale) throw new KeyRingError('no_key', staleMessage)
    this.#dropEnded()
    const isPublished = ({ stored }: OpenKey) => this.policy.use === 'sig' || stored.state === 'current'
    return { keys: this.#keys.filter(isPublished).map(({ publicJwk }) => ({ ...publicJwk })) }
  }

  /** Private keys to decrypt with: the same array as long as they are the same. */
  decryptionKeys(): readonly JWK[] | Promise<readonly JWK[]> {
    return this.#isFresh ? this.#knownPrivateKeys() : this.keepUp().then(() => this.#knownPrivateKeys())
  }

  #knownPrivateKeys(): readonly JWK[] {
    this.#dropEnded()
    return this.#privateKeys
  }

  /** How long the set may be kept: never over the next change, nor longer than a key is published before its use. */
  maxAgeSeconds(): number {
    const untilChange = Math.floor(this.nextChangeAt - Date.now() / 1000)
    return Math.max(0, Math.min(untilChange, this.policy.publishAheadSeconds))
  }

  get nextChangeAt(): number {
    return nextChangeAt({ use: this.policy.use, keys: this.keys }, this.policy)
  }

  /** Sees to it that what is known is fresh. A storage that fails is no reason to stop: the keys that are known stay. */
  async keepUp(): Promise<void> {
    if (this.#isFresh) return
    // A rotation may take longer than anybody likes to wait: it goes on, and so does what is known.
    await atMost(longestWaitMs, this.#look())
  }

  /** One look for all who wait for one. */
  #look(): Promise<void> {
    this.#keepingUp ??= this.refresh()
      .catch(() => {})
      .finally(() => (this.#keepingUp = undefined))
    return this.#keepingUp
  }

  /** @throws KeyStorageError, KeyRingError */
  async refresh(): Promise<void> {
    try {
      await this.#inTurn(() => this.#renew('when-due', loadLimitMs))
    } catch (error) {
      if (isFailure(error)) this.#failed(error)
      throw error
    } finally {
      this.#setTimer()
    }
  }

  /** @throws KeyRingError, KeyStorageError */
  async rotate(): Promise<void> {
    await this.#inTurn(async () => {
      const current = this.currentKeyId
      const before = await this.#renew('when-due', openLimitMs)
      // It was due, or another process was quicker.
      if (this.currentKeyId !== current) return
      const next = before.find(({ state }) => state === 'next')
      if (next === undefined) throw new KeyRingError('no_key', 'there is no next key yet')
      const retryAt = usableFrom(next, this.policy)
      if (retryAt > Date.now() / 1000) {
        const message = 'the next key has not been published for long enough, APIs might not have it'
        throw new KeyRingError('next_not_ready', message, { retryAt })
      }
      const kept = before.flatMap(({ keptUntil }) => keptUntil ?? [])
      if (kept.length >= maxRetiringKeys) {
        throw new KeyRingError('too_many_keys', `${kept.length} keys are retiring`, { retryAt: Math.min(...kept) })
      }
      await this.#renew('now', openLimitMs)
    })
    this.#setTimer()
  }

  /**
   * Takes a key out at once, here before anything is awaited, and then for everybody.
   *
   * @throws KeyStorageError: it is withdrawn here, but other processes, and this one after a restart, may not know; it is
   *   tried again
   * @throws KeyRingError
   */
  async withdraw(kid: string): Promise<void> {
    if (!this.keys.some((key) => key.kid === kid)) {
      await this.refresh()
      if (!this.keys.some((key) => key.kid === kid)) throw new KeyRingError('key_unknown', 'no such key is in the ring')
    }
    this.#withdrawHere(kid)
    this.#take(this.#keys)
    await this.refresh()
  }

  get currentKeyId(): string | undefined {
    return this.#current?.stored.kid
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  get #current(): OpenKey | undefined {
    // It is the first one, if there is any.
    return this.#keys[0]?.stored.state === 'current' ? this.#keys[0] : undefined
  }

  get #signer(): Signer | undefined {
    return this.#isStale ? undefined : this.#current?.signer
  }

  /** Whether it can do what it is for. */
  get #isUsable(): boolean {
    return this.policy.use === 'sig' ? this.#signer !== undefined : this.#current !== undefined
  }

  /** Whether nobody knows any more what other processes have withdrawn. */
  get #isStale(): boolean {
    // A clock that is set back must not make the time any longer.
    return Math.abs(Date.now() - this.#readAtMs) > this.policy.maxStaleSeconds * 1000
  }

  get #isFresh(): boolean {
    const agoMs = Date.now() - this.#lookedAtMs
    return agoMs >= 0 && agoMs < this.#looksAgainInMs
  }

  async #freshSigner(): Promise<Signer> {
    await this.keepUp()
    const hasJustFailed = this.#failure !== undefined && this.#isFresh
    if (this.#signer === undefined && !hasJustFailed) await atMost(noKeyLimitMs, this.#look())
    if (this.#signer !== undefined) return this.#signer
    if (this.#isStale) throw new KeyRingError('no_key', staleMessage)
    const message =
      this.#current === undefined
        ? 'there is no current key: it was withdrawn, or cannot be opened, and no other one is there yet'
        : 'the current key cannot be opened'
    throw new KeyRingError('no_key', message)
  }

  /** One after another: two rotations at once in one process would only fight over the revision. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lastWork.then(work, work)
    this.#lastWork = result.catch(() => {})
    return result
  }

  /**
   * Loads what is stored, brings it up to date, stores that where it has changed, and only then uses it.
   *
   * @throws KeyStorageError, KeyRingError, also where all of that was done but a key could not be made, or not be opened
   */
  async #renew(rotate: Moment['rotate'], limitMs: number): Promise<readonly StoredKey[]> {
    const made: NewKey[] = []
    for (let conflicts = 0; ; conflicts++) {
      const loaded = await this.#load(limitMs)
      // Before anything else is waited for that may fail: what others have withdrawn is out.
      this.#know(loaded)
      const spare = [...made]
      let failure: unknown
      const makeKey = async () => {
        const key = spare.shift() ?? (await this.#maker.make().catch((error: unknown) => void (failure = error)))
        if (key !== undefined && !made.includes(key)) made.push(key)
        return key
      }
      const moment = { now: Date.now() / 1000, policy: this.policy, withdrawn: this.#withdrawn, rotate }
      try {
        // A withdrawal is for everybody to know: it is not kept back until there is another key.
        const isWithdrawal = loaded.state.keys.some(({ kid }) => this.#withdrawn.has(kid))
        if (isWithdrawal) await this.#bring(loaded, { ...moment, rotate: 'when-due', makeKey: async () => undefined })
        const before = isWithdrawal ? { state: this.#stored, revision: this.#revision } : loaded
        const { keys } = await this.#bring(before, { ...moment, makeKey })
        failure = (await this.#openAll()) ?? failure
        if (failure === undefined) return keys
      } catch (error) {
        const isConflict = error instanceof KeyStorageError && error.code === 'storage_conflict'
        if (isConflict && conflicts < maxConflicts) continue
        await this.#openAll()
        throw error
      }
      throw failure
    }
  }

  /** Brings what is stored to what it has to be, and stores that. */
  async #bring({ state, revision }: Loaded, moment: Moment): Promise<RingState> {
    const next = await catchUp(state, moment)
    if (next === state) return state
    const saving = asked('storage_unwritable', () => this.#storage.save(serializeState(next), revision))
    this.#know({ state: next, revision: await within(saveLimitMs, saving, late) })
    this.#destroyRetired(state, next)
    return next
  }

  async #load(limitMs: number): Promise<Loaded> {
    const { use } = this.policy
    const loaded = await within(
      limitMs,
      asked('storage_unreadable', () => this.#storage.load(this.#revision)),
      late,
    )
    if (loaded === 'unchanged') return { state: this.#stored, revision: this.#revision }
    if (loaded !== undefined) return { state: parseState(loaded.content, use), revision: loaded.revision }
    if (this.#revision === undefined) return { state: { use, keys: [] }, revision: undefined }
    // A ring that begins anew would have every token refused, and forget what was withdrawn.
    throw new KeyStorageError('storage_unreadable', 'the key ring that was stored is gone')
  }

  /** Goes by what is stored, with the keys that are open already. Nothing is awaited here. */
  #know({ state, revision }: Loaded): void {
    for (const { stored } of this.#keys) {
      // It is in the ring no more, before its time: somebody has withdrawn it in another process.
      if (!isEnded(stored) && !state.keys.some(({ kid }) => kid === stored.kid)) this.#withdrawHere(stored.kid)
    }
    this.#stored = state
    this.#revision = revision
    this.#readAtMs = Date.now()
    this.#take(state.keys.flatMap((stored) => this.#openAlready(stored) ?? []))
  }

  #openAlready(stored: StoredKey): OpenKey | undefined {
    const known = this.#keys.find((key) => key.stored.kid === stored.kid)
    if (known === undefined) return undefined
    const signsNoMore = this.policy.use === 'sig' && stored.state === 'retiring'
    return signsNoMore ? { publicJwk: known.publicJwk, stored } : { ...known, stored }
  }

  /**
   * Opens the stored keys that are not open yet. One that cannot be is left out, or published alone: it keeps no other
   * one from being used, or from being withdrawn.
   *
   * @returns what the first one failed with
   */
  async #openAll(): Promise<unknown> {
    const failures: unknown[] = []
    const opening = this.#stored.keys.map(async (stored): Promise<readonly OpenKey[]> => {
      if (this.#withdrawn.has(stored.kid) || isEnded(stored)) return []
      const known = this.#openAlready(stored)
      const isOpen = known?.signer ?? known?.decryptionKey ?? (stored.state === 'retiring' ? known : undefined)
      if (known !== undefined && isOpen !== undefined) return [known]
      try {
        return [{ ...(await this.#maker.open(stored)), stored }]
      } catch (error) {
        failures.push(error)
        return this.#maker.openPublicHalf(stored).then(
          (key) => [{ ...key, stored }],
          () => [],
        )
      }
    })
    const opened = await Promise.all(opening)
    this.#failure = undefined
    this.#lookedAtMs = Date.now()
    this.#looksAgainInMs = freshMs
    this.#take(opened.flat())
    return failures[0]
  }

  /** A storage that fails does not keep a key in use whose time is over. */
  #dropEnded(): void {
    if (this.#keys.some(({ stored }) => isEnded(stored))) this.#take(this.#keys)
  }

  /** Puts keys in the place of those in use, without those that are withdrawn or over. Nothing is awaited here. */
  #take(keys: readonly OpenKey[]): void {
    const before = this.#keys
    const isIn = (stored: StoredKey) => !this.#withdrawn.has(stored.kid) && !isEnded(stored)
    const kept = keys.filter(({ stored }) => isIn(stored))
    // A current key that cannot be opened here is no reason to use the next one too early.
    const hasCurrent = this.#stored.keys.some((stored) => stored.state === 'current' && isIn(stored))
    const promote = (key: OpenKey): OpenKey =>
      hasCurrent || key.stored.state !== 'next'
        ? key
        : { ...key, stored: { ...key.stored, state: 'current', usedSince: Math.floor(Date.now() / 1000) } }
    const order = ['current', 'next', 'retiring']
    this.#keys = kept
      .map(promote)
      .toSorted((one, other) => order.indexOf(one.stored.state) - order.indexOf(other.stored.state))
    const privateKeys = this.#keys.flatMap(({ decryptionKey }) => decryptionKey?.() ?? [])
    const isSame =
      privateKeys.length === this.#privateKeys.length &&
      privateKeys.every((key, index) => key === this.#privateKeys[index])
    if (!isSame) this.#privateKeys = Object.freeze(privateKeys)
    this.#tell(before)
  }

  #tell(before: readonly OpenKey[]): void {
    const types = { next: 'published', current: 'used', retiring: 'retired' } as const
    for (const { stored } of this.#keys) {
      const { kid, alg, state } = stored
      if (before.find((key) => key.stored.kid === kid)?.stored.state === state) continue
      this.events.emit({ type: types[state], kid, alg })
    }
    for (const { stored } of before) {
      const { kid, alg } = stored
      if (this.#keys.some((key) => key.stored.kid === kid)) continue
      this.events.emit({ type: this.#withdrawn.has(kid) ? 'withdrawn' : 'gone', kid, alg })
    }
  }

  #withdrawHere(kid: string): void {
    this.#withdrawn.add(kid)
    const [oldest] = this.#withdrawn
    if (this.#withdrawn.size > maxWithdrawn && oldest !== undefined) this.#withdrawn.delete(oldest)
  }

  /** What is destroyed elsewhere is destroyed after the ring has forgotten it, never before. */
  #destroyRetired(before: RingState, after: RingState): void {
    const signs = ({ keys }: RingState) => keys.filter(({ state }) => state !== 'retiring').map(({ kid }) => kid)
    const still = signs(after)
    for (const kid of signs(before)) {
      if (still.includes(kid)) continue
      // Nothing waits for it: a service that hangs must not keep anybody from looking again.
      void this.#maker.destroy(kid).catch(() => this.events.emit({ type: 'storage_failed', code: 'key_unavailable' }))
    }
  }

  #failed(error: KeyStorageError | KeyRingError): void {
    this.#failure = error instanceof KeyStorageError ? error.code : 'key_unavailable'
    this.#lookedAtMs = Date.now()
    this.#looksAgainInMs = retryMs
    this.events.emit({ type: 'storage_failed', code: this.#failure })
  }

  /** Does without being asked what is due. Nothing depends on it: each use catches up, too. */
  #setTimer(): void {
    clearTimeout(this.#timer)
    if (this.#isClosed) return
    const ms = Math.min(Math.max(this.nextChangeAt * 1000 - Date.now(), retryMs), longestTimerMs)
    this.#timer = setTimeout(() => void this.refresh().catch(() => {}), ms)
    this.#timer.unref()
  }
}

function isEnded({ keptUntil = Infinity }: StoredKey): boolean {
  return keptUntil <= Date.now() / 1000
}

const late = (message: string) => new KeyStorageError('storage_timeout', message)

/** A storage of somebody's own may throw anything. */
async function asked<T>(code: KeyStorageErrorCode, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof KeyStorageError) throw cause
    throw new KeyStorageError(code, 'the storage has failed', { cause })
  }
}

function isFailure(error: unknown): error is KeyStorageError | KeyRingError {
  return error instanceof KeyStorageError || error instanceof KeyRingError
}
