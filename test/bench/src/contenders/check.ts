import type { TokenSet, WrongToken } from '../situation.ts'
import type { Contender } from './contender.ts'

/**
 * Whether a contender does its work: it accepts the good tokens, reads their subject, and refuses the wrong ones.
 *
 * @returns what it does wrong, in words; empty when it may be timed
 */
export async function findFaults(
  { verify, subjectOf }: Contender,
  good: TokenSet,
  wrong: readonly WrongToken[],
): Promise<readonly string[]> {
  const faults: string[] = []
  for (const [index, token] of good.tokens.entries()) {
    try {
      if (subjectOf(await verify(token)) !== good.subjects[index])
        faults.push('reads another subject than the token has')
    } catch (error) {
      faults.push(`refuses a good token (${error instanceof Error ? error.message : String(error)})`)
    }
  }
  for (const one of wrong) {
    try {
      await verify(one.token)
      faults.push(`accepts a token with ${one.wrong}`)
    } catch {
      // Refused, as it has to be.
    }
  }
  return faults
}
