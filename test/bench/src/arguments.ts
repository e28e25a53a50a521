/** The parts of the benchmark, in the order in which they run. */
export const sectionNames = ['cold', 'concurrent', 'warm', 'encrypted', 'issue', 'http', 'memory', 'profile'] as const

export type SectionName = (typeof sectionNames)[number]

/** What the command line asks for. */
export interface BenchArguments {
  readonly sections: readonly SectionName[]
  readonly effort: 'default' | 'full'
  readonly output: 'table' | 'json'
  /** Where the chart is written. */
  readonly svg: string | undefined
}

export const usage = `npm run bench -- [SECTION...] [--full] [--json] [--svg FILE]

  SECTION     ${sectionNames.join(', ')}; without one, all of them
  --full      more rounds, every algorithm, a million tokens; without it about two minutes
  --json      prints the figures as JSON, and nothing else
  --svg FILE  also writes a chart
  --help      prints this`

/** The command line is not one that the benchmark understands. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * @returns `help` where only the usage is asked for
 * @throws UsageError
 */
export function parseArguments(given: readonly string[]): BenchArguments | 'help' {
  const sections = new Set<SectionName>()
  let effort: BenchArguments['effort'] = 'default'
  let output: BenchArguments['output'] = 'table'
  let svg: string | undefined
  const rest = given.values()
  for (const argument of rest) {
    if (argument === '--help' || argument === '-h') return 'help'
    if (argument === '--full') effort = 'full'
    else if (argument === '--json') output = 'json'
    else if (argument === '--svg') svg = fileName(rest.next().value)
    else if (argument.startsWith('--svg=')) svg = fileName(argument.slice('--svg='.length))
    else if (isSectionName(argument)) sections.add(argument)
    else throw new UsageError(`${argument} is no section and no option`)
  }
  const chosen = sections.size === 0 ? sectionNames : sectionNames.filter((name) => sections.has(name))
  return { sections: chosen, effort, output, svg }
}

function fileName(value: string | undefined): string {
  if (value === undefined || value === '' || value.startsWith('-')) throw new UsageError('--svg takes a file name')
  return value
}

function isSectionName(value: string): value is SectionName {
  return (sectionNames as readonly string[]).includes(value)
}
