import { createVerifier, type Verifier } from '@sallyport/core'
import { nestedPolicy, toOptions } from '../policy.ts'
import type { Attack } from './attacks.ts'
import { honestToken } from './honest.ts'

/** Everything in one turn of the event loop, and nothing remembered: all of the work is seen. */
export function makeMeasuredVerifier(): Verifier {
  return createVerifier({ ...toOptions(nestedPolicy), cookie: 'at', cache: false, verifyOn: 'main-thread' })
}

/** A token, or the header fields of a request. */
export type Input = string | readonly string[]

/**
 * Time of the main thread for one verdict, in microseconds. What leaves it is not counted, nor is what a promise does
 * later than at once.
 */
export async function timeOnce(verifier: Verifier, input: Input): Promise<number> {
  const start = performance.now()
  const verdict =
    typeof input === 'string'
      ? verifier.verify(input)
      : verifier.authenticate({ method: 'GET', url: '/', rawHeaders: input })
  const end = performance.now()
  await verdict.catch(() => {})
  return (end - start) * 1000
}

/** Best of many: what else runs on the machine only ever adds. */
export async function bestOf(rounds: number, verifier: Verifier, input: Input): Promise<number> {
  let best = Infinity
  for (let round = 0; round < rounds; round++) best = Math.min(best, await timeOnce(verifier, input))
  return best
}

/** What an attack costs at a size, and what accepting an honest token of that size and kind costs. */
export interface Cost {
  readonly bytes: number
  readonly microseconds: number
  readonly honest: number
}

export interface AttackCosts {
  readonly attack: Attack
  readonly costs: readonly Cost[]
  /** The most expensive of them. */
  readonly worst: Cost
}

/** Sizes that double, up to the largest that is let in. */
function sizesOf({ most }: Attack): number[] {
  return [512, 1024, 2048, 4096, 8192, 16_384]
    .map((size) => Math.min(size, most))
    .filter((size, index, all) => all.indexOf(size) === index)
}

/** How much dearer than an honest token of the same kind, for each key that is tried. */
export function factorOf({ keysTried = 1 }: Attack, { microseconds, honest }: Cost): number {
  return microseconds / honest / keysTried
}

export async function measureAttack(attack: Attack, verifier: Verifier, rounds: number): Promise<AttackCosts> {
  const costs: Cost[] = []
  for (const size of sizesOf(attack)) {
    const input = attack.make(size)
    const bytes = lengthOf(input)
    const honest = await bestOf(rounds, verifier, honestToken(Math.min(bytes, 16_000), attack.like))
    costs.push({ bytes, microseconds: await bestOf(rounds, verifier, input), honest })
  }
  return { attack, costs, worst: costs.reduce((one, other) => (other.microseconds > one.microseconds ? other : one)) }
}

function lengthOf(input: Input): number {
  return typeof input === 'string' ? input.length : input.join('').length
}
