import { vi } from 'vitest'
import { Random } from '../../fuzz/random.ts'
import { CachingVerifier } from './caching-verifier.ts'
import { type FetchedSet, IssuingProcess, policy } from './issuing-process.ts'
import { Violations } from './laws.ts'
import { type CrashMoment, crashMoments, SharedStorage } from './shared-storage.ts'

const day = 86_400
const start = 1_800_000_000
const end = start + 365 * day
const processCount = 3
const maxOutstanding = 60
const retrySeconds = 5

interface Token {
  readonly kid: string
  readonly expiresAt: number
}

/** Lives through a year of rotations; all that happens follows from the seed. */
export async function liveThroughYear(seed: number): Promise<Year> {
  vi.useFakeTimers({ now: start * 1000, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  try {
    const year = new Year(new Random(seed))
    await year.live()
    return year
  } finally {
    vi.useRealTimers()
  }
}

export class Year {
  readonly violations = new Violations()
  readonly crashes: Record<CrashMoment, number> = Object.fromEntries(crashMoments.map((moment) => [moment, 0])) as never
  readonly counts = {
    issued: 0,
    accepted: 0,
    unavailable: 0,
    rotations: 0,
    emergencies: 0,
    unannounced: 0,
    fullDisks: 0,
    longOutages: 0,
  }
  #random: Random
  #storage = new SharedStorage()
  #processes: (IssuingProcess | undefined)[] = Array.from({ length: processCount }, () => undefined)
  #verifiers = Array.from({ length: 5 }, () => new CachingVerifier())
  #outstanding: Token[] = []
  #usedKids = new Set<string>()
  /** Keys that had to take over at once, before everybody could know them. */
  #unannounced = new Set<string>()
  /** Their tokens need not be accepted any more. */
  #revoked = new Set<string>()
  /** Since when a key may be used by nobody any more, because its withdrawal is stored. */
  #withdrawn = new Map<string, number>()
  #outageUntil = 0
  /** When the disk was full, or had room again. */
  #changedAt = 0

  constructor(random: Random) {
    this.#random = random
  }

  async live(): Promise<void> {
    while (this.#now < end) {
      this.#pass(this.#random.chance(0.02) ? this.#random.between(1, 40) : this.#random.between(600, 6 * 3_600))
      await this.#startProcesses()
      await this.#happen()
      await this.#issueTokens()
      await this.#verifyTokens()
    }
    for (const process of this.#processes) process?.keyRing.close()
    this.#checkHistory()
  }

  get #now(): number {
    return Date.now() / 1000
  }

  #pass(seconds: number): void {
    vi.setSystemTime(Date.now() + seconds * 1000)
  }

  #dies = (moment: CrashMoment): boolean => {
    const dies = this.#random.chance(moment.endsWith('save') ? 0.2 : 0.01)
    if (dies) this.crashes[moment]++
    return dies
  }

  /** Dead processes come back some time or other; sometimes all are away for weeks. */
  async #startProcesses(): Promise<void> {
    if (this.#random.chance(0.004)) {
      this.counts.longOutages++
      this.#outageUntil = this.#now + this.#random.between(1, 40) * day
      for (const [index, process] of this.#processes.entries()) {
        process?.keyRing.close()
        this.#processes[index] = undefined
      }
    }
    if (this.#now < this.#outageUntil) return
    for (const [index, process] of this.#processes.entries()) {
      if (process?.isDead === false || this.#random.chance(0.3)) continue
      this.#processes[index] = await IssuingProcess.start(this.#storage, this.#dies, () => this.#now)
    }
  }

  async #happen(): Promise<void> {
    if (this.#storage.isFull ? this.#random.chance(0.1) : this.#random.chance(0.01)) {
      this.#storage.isFull = !this.#storage.isFull
      this.#changedAt = this.#now
      if (this.#storage.isFull) this.counts.fullDisks++
    }
    const [process] = this.#alive
    if (process === undefined) return
    if (this.#random.chance(0.01)) await process.act(() => process.keyRing.rotateNow())
    if (this.#random.chance(0.006)) await this.#emergency(process)
    // Everybody looks once a second.
    this.#pass(1)
  }

  async #emergency(process: IssuingProcess): Promise<void> {
    this.counts.emergencies++
    await process.act(() => process.keyRing.refresh())
    const keys = process.keyRing.inspect().keys
    const stolen = this.#random.pick(keys)
    const next = keys.find(({ state }) => state === 'next')
    if (stolen.state === 'current' && next !== undefined) this.#unannounced.add(next.kid)
    const lives = await process.act(() =>
      stolen.state === 'current' ? process.keyRing.rotateNow({ emergency: true }) : process.keyRing.revoke(stolen.kid),
    )
    this.#revoked.add(stolen.kid)
    this.#lookForStoredWithdrawals()
    if (lives && !this.#storage.isFull && !this.#withdrawn.has(stolen.kid)) {
      this.violations.add('withdrawn keys are not used', `${stolen.kid} is still stored`)
    }
    // Known here whether or not the disk is full.
    const published = lives ? process.keyRing.jwks().keys.map(({ kid }) => kid) : []
    const usesIt = lives && (await process.issue(60)) === stolen.kid
    if (usesIt || published.includes(stolen.kid)) {
      this.violations.add('withdrawn keys are not used', `${stolen.kid}, in the process that withdrew it`)
    }
  }

  async #issueTokens(): Promise<void> {
    this.#lookForStoredWithdrawals()
    const used = new Set<string>()
    for (const process of this.#alive) {
      const now = this.#now
      const lifetime = this.#random.pick([60, 3_600, policy.longestTokenLifetimeSeconds])
      const kid = await process.issue(lifetime)
      if (kid === undefined) continue
      this.counts.issued++
      used.add(kid)
      this.#checkUse(kid, now)
      this.#outstanding.push({ kid, expiresAt: now + lifetime })
    }
    // With a full disk a withdrawal is known to one process only, and it is tried again no sooner than after 5 s.
    if (used.size > 1 && !this.#storage.isFull && this.#now >= this.#changedAt + retrySeconds)
      this.violations.add('the ring is never forked', [...used].join())
    if (this.#outstanding.length > maxOutstanding) this.#outstanding.splice(0, processCount)
  }

  #lookForStoredWithdrawals(): void {
    const stored = this.#storage.saves.at(-1)?.kids ?? []
    for (const kid of this.#revoked) {
      if (!this.#withdrawn.has(kid) && !stored.includes(kid)) this.#withdrawn.set(kid, this.#now)
    }
  }

  #checkUse(kid: string, now: number): void {
    const withdrawnAt = this.#withdrawn.get(kid)
    if (withdrawnAt !== undefined)
      this.violations.add('withdrawn keys are not used', `${kid} after ${now - withdrawnAt} s`)
    if (this.#usedKids.has(kid)) return
    const isFirst = this.#usedKids.size === 0
    this.#usedKids.add(kid)
    this.counts.rotations++
    if (this.#unannounced.has(kid)) this.counts.unannounced++
    else if (!isFirst && now - this.#publishedAt(kid) < policy.publishAheadSeconds) {
      this.violations.add('keys are published before use', `${kid} after ${now - this.#publishedAt(kid)} s`)
    }
  }

  #publishedAt(kid: string): number {
    return this.#storage.saves.find(({ kids }) => kids.includes(kid))?.at ?? Infinity
  }

  /** Every verifier has to take every token that has not expired, and still does within the tolerance of its clock. */
  async #verifyTokens(): Promise<void> {
    const now = this.#now
    this.#outstanding = this.#outstanding.filter(({ expiresAt }) => now < expiresAt + policy.clockToleranceSeconds)
    for (const { kid, expiresAt } of this.#outstanding) {
      const isNews = this.#unannounced.has(kid) && now < this.#publishedAt(kid) + policy.publishAheadSeconds
      const verdict = await this.#random.pick(this.#verifiers).verify(kid, now, this.#fetchSet)
      if (verdict === 'accepted') this.counts.accepted++
      if (verdict === 'unavailable') this.counts.unavailable++
      if (verdict === 'refused' && !isNews && !this.#revoked.has(kid)) {
        this.violations.add('valid tokens are accepted', `${kid}, ${expiresAt - now} s before its end`)
      }
    }
  }

  #fetchSet = async (): Promise<FetchedSet | undefined> => {
    const alive = this.#alive
    return alive.length === 0 ? undefined : this.#random.pick(alive).publish()
  }

  get #alive(): readonly IssuingProcess[] {
    return this.#processes.filter((process): process is IssuingProcess => process?.isDead === false)
  }

  #checkHistory(): void {
    const gone = new Set<string>()
    let before: readonly string[] = []
    for (const { at, kids } of this.#storage.saves) {
      for (const kid of before) if (!kids.includes(kid)) gone.add(kid)
      for (const kid of kids) if (gone.has(kid)) this.violations.add('gone keys stay gone', `${kid} at ${at - start}`)
      before = kids
    }
  }
}
