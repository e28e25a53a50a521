import type { Random } from '../fuzz/random.ts'
import { type FaultName, faultNames, faults } from './faults.ts'
import { makeKey, type SimulatedKey } from './simulated-key.ts'

const second = 1_000
const minute = 60 * second

export const dayMs = 24 * 60 * minute
const rotationMs = 10 * minute
const tokenLifetimeMs = 5 * minute
/** The day begins in good order. */
const calmMs = 2 * minute

/** A span of time, in milliseconds since the day began; the end is not part of it. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** One key's life. */
export interface Rotation {
  readonly key: SimulatedKey
  /** `early`: published before it signs; `unannounced`: at once; `late`: it signs before it is published. */
  readonly notice: 'early' | 'unannounced' | 'late'
  readonly publishedAt: number
  /** Tokens signed with it are valid meanwhile. */
  readonly valid: Span
  /** From when on it is not published any more: its tokens are forged. */
  readonly withdrawnAt: number
}

export interface FaultSpan extends Span {
  readonly name: FaultName
  /** The keys are well while only the metadata is not. */
  readonly where: 'keys' | 'metadata' | 'everywhere'
  /** Only some of the answers go wrong. */
  readonly flaps: boolean
}

/** Requests with key ids that were never published. */
export interface Flood extends Span {
  readonly everyMs: number
  readonly requests: number
}

/** All that happens on one day. */
export interface Timetable {
  /** Header of the key set. */
  readonly cacheControl: string | undefined
  /** How long the key set is fresh by that. */
  readonly freshForMs: number
  readonly rotations: readonly Rotation[]
  readonly faults: readonly FaultSpan[]
  readonly floods: readonly Flood[]
  readonly clockJumps: readonly { readonly at: number; readonly byMs: number }[]
}

export function makeTimetable(random: Random): Timetable {
  const freshForMs = random.pick([75, 120, 240, 600]) * second
  return {
    cacheControl: { 75_000: 'no-store', 600_000: undefined }[freshForMs] ?? `public, max-age=${freshForMs / second}`,
    freshForMs,
    rotations: makeRotations(random, freshForMs),
    faults: makeFaults(random),
    floods: makeFloods(random),
    clockJumps: makeClockJumps(random),
  }
}

function makeRotations(random: Random, freshForMs: number): Rotation[] {
  const starts = Array.from({ length: dayMs / rotationMs }, (_, index) => {
    const from = index === 0 ? 0 : index * rotationMs + random.between(-minute, minute)
    const notice = index === 0 || random.chance(0.6) ? 'early' : random.chance(0.75) ? 'unannounced' : 'late'
    const lead = {
      // Who announces a key publishes it for longer than the set is fresh.
      early: freshForMs + random.between(1.5 * minute, 4 * minute),
      unannounced: 0,
      late: -random.between(second, 30 * second),
    }[notice]
    return { from, notice, publishedAt: from - lead } as const
  })
  return starts.map(({ from, notice, publishedAt }, index) => {
    const successor = starts[index + 1] ?? { from: dayMs, publishedAt: dayMs }
    const isStolen = random.chance(0.15)
    // Some key is always published.
    const withdrawnAt = isStolen ? Math.max(successor.from, successor.publishedAt) : successor.from + tokenLifetimeMs
    const key = makeKey(`key-${index}`, random.pick(['ES256', 'EdDSA']))
    return { key, notice, publishedAt, valid: { from, to: withdrawnAt }, withdrawnAt }
  })
}

function makeFaults(random: Random): FaultSpan[] {
  const spans: FaultSpan[] = []
  const names: FaultName[] = []
  for (let from = calmMs; from < dayMs;) {
    if (names.length === 0) names.push(...shuffle(faultNames, random))
    const name = names.pop()!
    const where =
      faults[name].reach === undefined ? random.pick(['keys', 'metadata', 'everywhere'] as const) : 'everywhere'
    const to = from + faultMs(random)
    spans.push({ from, to, name, where, flaps: random.chance(0.2) })
    from = to + random.between(10 * second, 10 * minute)
  }
  return spans
}

function shuffle<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, place: random.below(2 ** 32) }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ value }) => value)
}

/** Mostly short, now and then an hour. */
function faultMs(random: Random): number {
  if (random.chance(0.02)) return random.between(30 * minute, 60 * minute)
  if (random.chance(0.2)) return random.between(3 * minute, 15 * minute)
  return random.pick([random.between(second, 20 * second), random.between(20 * second, 3 * minute)])
}

function makeFloods(random: Random): Flood[] {
  const floods: Flood[] = []
  for (let from = random.between(0, 20 * minute); from < dayMs;) {
    const isBurst = random.chance(0.1)
    const to = from + (isBurst ? second : random.between(10 * second, 15 * minute))
    floods.push({
      from,
      to,
      everyMs: isBurst ? second : random.between(second, 6 * second),
      requests: isBurst ? 1_500 : random.between(1, 3),
    })
    from = to + random.between(second, 40 * minute)
  }
  return floods
}

function makeClockJumps(random: Random) {
  return Array.from({ length: 40 }, (_, index) => ({
    at: (index + random.between(1, 999) / 1000) * (dayMs / 40),
    byMs: random.pick([-1, 1]) * random.pick([second, minute, 60 * minute, 400 * dayMs]) * random.between(1, 5),
  }))
}
