import type { Jwks, PublishedKey } from '@sallyport/jwks'
import { type AuthorizationServer, issuer } from './authorization-server.ts'
import { FetchBudget } from './fetch-budget.ts'
import { Violations } from './laws.ts'
import type { SimulatedTime } from './simulated-time.ts'
import type { Rotation, Timetable } from './timetable.ts'

/** What is promised after a rotation without notice. */
const healsWithinMs = 15_000
/** `unknownKeyWaitMs`, and what timers round. */
const longestWaitMs = 2_001
const maxWaiting = 1_000
/** For a refused fetch to be made up for, should the metadata hang too. */
const madeUpWithinMs = 18_000
/** The longest pause between two tries of a refresh, and the try before that hung. */
const longestRetryMs = 66_000

type Answer = 'accepted' | 'refused' | 'unavailable'

/** Makes the requests of a day, and compares every answer with what is promised. */
export class Witness {
  readonly violations = new Violations()
  readonly budget = new FetchBudget()
  readonly counts = {
    valid: 0,
    accepted: 0,
    acceptedAfterWaiting: 0,
    refused: 0,
    unavailable: 0,
    withdrawn: 0,
    /** No newer set could be fetched meanwhile. */
    withdrawnStillUsed: 0,
    /** Verdicts of a cache that became void. */
    voided: 0,
    unknown: 0,
    unknownThatWaited: 0,
  }
  #jwks: Jwks
  #server: AuthorizationServer
  #timetable: Timetable
  #time: SimulatedTime
  /** Thumbprints of the last set that reached the fetcher. */
  #known: ReadonlySet<string> = new Set()
  /** When each key was refused first after its publication. */
  #refusedAt = new Map<Rotation, number>()
  #clockWasSet = false
  /** What a cache of verdicts would hold. */
  #entries = new Map<string, PublishedKey>()

  constructor(jwks: Jwks, server: AuthorizationServer, timetable: Timetable, time: SimulatedTime) {
    this.#jwks = jwks
    this.#server = server
    this.#timetable = timetable
    this.#time = time
    server.network.onConnecting = (host) => {
      this.budget.connected(time.elapsedMs, server.isPaused)
      if (host !== new URL(issuer).host) this.violations.add('nobody else is asked', `${host} at ${time.elapsedMs} ms`)
    }
    jwks.subscribe((event) => {
      const at = time.elapsedMs
      if (event.type === 'fetched') this.#known = server.lastAnswer
      if (event.type === 'fetched') this.budget.ended(at, 'good')
      if (event.type === 'refreshFailed') this.#judgeFailure(event.detail)
      if (event.type === 'keyAdded') this.budget.broughtNewKey(at)
    })
  }

  /** Looks as if the process had been frozen: the next request makes the fetcher look for newer keys. */
  clockWasSet(): void {
    this.#clockWasSet = true
  }

  /** A request with a token that is valid now. */
  requestWith(rotation: Rotation): void {
    this.counts.valid++
    this.#ask(rotation, (answer, askedAt) => {
      const now = this.#time.elapsedMs
      this.counts[answer]++
      if (answer === 'accepted' && now > askedAt) this.#judgeWaiting(rotation, askedAt)
      if (answer !== 'accepted' && now < rotation.valid.to) this.#judgeRefusal(rotation, answer, askedAt)
    })
  }

  /** A request with a token of a key that is published no longer. */
  requestWithWithdrawn(rotation: Rotation): void {
    this.counts.withdrawn++
    this.#ask(rotation, (answer) => {
      if (answer !== 'accepted') return
      this.counts.withdrawnStillUsed++
      if (!this.wasSurelyFetched(rotation.withdrawnAt, this.#time.elapsedMs)) return
      this.violations.add('withdrawn keys are not used', this.#say(rotation, 'the set without it could be fetched'))
    })
  }

  /** A request with a key id that was never published. */
  async requestWithUnknown(kid: string): Promise<void> {
    this.counts.unknown++
    const askedAt = this.#time.elapsedMs
    this.budget.demanded(askedAt)
    const { keys } = await this.#find(kid, 'ES256')
    const waitedMs = this.#time.elapsedMs - askedAt
    if (waitedMs > 0) this.counts.unknownThatWaited++
    if (waitedMs > longestWaitMs) this.violations.add('waiting is bounded', `${kid} waited ${waitedMs} ms`)
    if (keys.length > 0) this.violations.add('withdrawn keys are not used', `a key was found for ${kid}`)
  }

  /** What was verified with a key that is withdrawn is void at once, and nothing else is. */
  checkEntries(): void {
    for (const [thumbprint, { withdrawn, kid }] of this.#entries) {
      const isKnown = this.#known.has(thumbprint)
      if (withdrawn && isKnown) this.violations.add('known keys are used at once', `${kid} is marked as withdrawn`)
      if (!withdrawn && !isKnown) this.violations.add('withdrawn keys are not used', `${kid} is not marked`)
      if (!withdrawn) continue
      this.counts.voided++
      this.#entries.delete(thumbprint)
    }
    const { waiting } = this.#jwks.inspect()
    if (waiting > maxWaiting) this.violations.add('waiting is bounded', `${waiting} requests wait`)
  }

  /** Whether a refresh must have begun after one time, and ended before another, though nobody asked for one. */
  wasSurelyFetched(after: number, before: number): boolean {
    const from = after + this.#timetable.freshForMs * 0.95 + 1_000
    return this.#server.health.wasWellFor(longestRetryMs, { from, to: before })
  }

  #judgeFailure(detail: string): void {
    const now = this.#time.elapsedMs
    const wellSince = this.#server.health.wellSince(now)
    const startedAt = this.budget.ended(now, 'failed')
    if (wellSince === undefined || wellSince > startedAt) return
    this.violations.add('good answers are taken', `at ${now} ms: ${detail}`)
  }

  #ask(rotation: Rotation, judge: (answer: Answer, askedAt: number) => void): void {
    const { kid, alg, thumbprint } = rotation.key
    const askedAt = this.#time.elapsedMs
    const wasKnown = this.#known.has(thumbprint)
    if (!wasKnown) this.budget.demanded(askedAt)
    void this.#find(kid, alg).then(({ keys, isUnavailable }) => {
      const entry = keys.find((key) => key.thumbprint === thumbprint)
      if (entry !== undefined) this.#entries.set(thumbprint, entry)
      const answer = entry !== undefined ? 'accepted' : isUnavailable ? 'unavailable' : 'refused'
      const waitedMs = this.#time.elapsedMs - askedAt
      const said = this.#say(rotation, `${answer} after ${waitedMs} ms`)
      if (wasKnown && (answer !== 'accepted' || waitedMs > 0)) this.violations.add('known keys are used at once', said)
      if (waitedMs > longestWaitMs) this.violations.add('waiting is bounded', said)
      if (entry !== undefined && !this.#known.has(thumbprint)) this.violations.add('withdrawn keys are not used', said)
      judge(answer, askedAt)
    })
  }

  /** A key that was asked for in vain is fetched later, without being asked for again. */
  #judgeWaiting(rotation: Rotation, askedAt: number): void {
    this.counts.acceptedAfterWaiting++
    const refusedAt = this.#refusedAt.get(rotation)
    const wellSince = this.#server.health.wellSince(askedAt)
    if (refusedAt === undefined || wellSince === undefined) return
    if (askedAt < Math.max(refusedAt, wellSince) + madeUpWithinMs) return
    const said = this.#say(rotation, `waited for, ${askedAt - refusedAt} ms after it was refused first`)
    this.violations.add('unannounced rotations heal within 15 s', said)
  }

  #judgeRefusal(rotation: Rotation, answer: Answer, askedAt: number): void {
    const { publishedAt, valid, notice } = rotation
    if (askedAt >= publishedAt && !this.#refusedAt.has(rotation)) this.#refusedAt.set(rotation, askedAt)
    const said = this.#say(rotation, `${answer}, published for ${askedAt - publishedAt} ms`)
    const wellSince = this.#server.health.wellSince(this.#time.elapsedMs)
    if (wellSince !== undefined && askedAt >= Math.max(wellSince, publishedAt) + healsWithinMs) {
      this.violations.add('unannounced rotations heal within 15 s', said)
    }
    if (answer === 'refused' && askedAt >= publishedAt + healsWithinMs) {
      this.violations.add('old keys make no 401', said)
    }
    if (notice === 'early' && this.wasSurelyFetched(publishedAt, valid.from)) {
      this.violations.add('announced rotations refuse nobody', said)
    }
  }

  async #find(kid: string, alg: string): Promise<{ keys: readonly PublishedKey[]; isUnavailable: boolean }> {
    if (this.#clockWasSet) this.budget.demanded(this.#time.elapsedMs)
    this.#clockWasSet = false
    try {
      return { keys: await this.#jwks.find({ kid, alg }), isUnavailable: false }
    } catch {
      return { keys: [], isUnavailable: true }
    }
  }

  #say({ key, notice }: Rotation, what: string): string {
    return `${key.kid} (${notice}) at ${Math.round(this.#time.elapsedMs)} ms: ${what}`
  }
}
