import { type ScenarioName, scenarioNames } from './scenarios/index.ts'

/** What can be asked for, in the order in which it runs. */
const partNames = [...scenarioNames, 'costs'] as const

export type PartName = ScenarioName | 'costs'

export interface JwksBenchArguments {
  readonly parts: readonly PartName[]
  readonly output: 'table' | 'json'
}

export const usage = `npm run bench:jwks -- [PART...] [--json]

  PART     ${partNames.join(', ')}; without one, all of them: about five minutes
  --json   prints everything that was measured as JSON, and nothing else
  --help   prints this`

/** The command line is not one that this benchmark understands. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * @returns `help` where only the usage is asked for
 * @throws UsageError
 */
export function parseArguments(given: readonly string[]): JwksBenchArguments | 'help' {
  const chosen = new Set<PartName>()
  let output: JwksBenchArguments['output'] = 'table'
  for (const argument of given) {
    if (argument === '--help' || argument === '-h') return 'help'
    const part = partNames.find((name) => name === argument)
    if (argument === '--json') output = 'json'
    else if (part !== undefined) chosen.add(part)
    else throw new UsageError(`${argument} is no part and no option`)
  }
  return { parts: chosen.size === 0 ? partNames : partNames.filter((name) => chosen.has(name)), output }
}
