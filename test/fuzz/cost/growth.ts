import type { Verifier } from '@sallyport/core'
import type { Attack } from './attacks.ts'
import { timeOnce } from './measure.ts'

/** How the cost of an attack grows. */
export interface Growth {
  /** Cost at its largest over cost at an eighth of that: 8 where it is in proportion to the size, 64 where quadratic. */
  readonly factor: number
  /** Cost at its largest, in microseconds. */
  readonly most: number
}

const sizeFactor = 8
/** Quick to reach for what is linear; what is not never gets there, so the limit costs only the time of a failure. */
const maxRounds = 2_000

/**
 * Measures at two sizes, in turns, and takes the best of each: what else runs on the machine only ever adds, so that the
 * best can only come closer to the truth. Goes on until the growth is within the limits, or for very long.
 */
export async function measureGrowth(attack: Attack, verifier: Verifier, limits: Growth): Promise<Growth> {
  const [small, large] = [attack.make(Math.floor(attack.most / sizeFactor)), attack.make(attack.most)]
  const best = { small: Infinity, large: Infinity }
  for (let round = 0; round < maxRounds; round++) {
    best.small = Math.min(best.small, await timeOnce(verifier, small))
    best.large = Math.min(best.large, await timeOnce(verifier, large))
    const isWithin = best.large / best.small <= limits.factor && best.large <= limits.most
    // A few rounds at least, or the first, not yet compiled, would flatter the second.
    if (isWithin && round >= 10) break
  }
  return { factor: best.large / best.small, most: best.large }
}
