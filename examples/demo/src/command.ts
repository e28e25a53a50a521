import { parseArgs } from 'node:util'

/** What the command line asks for. */
export type Command = RunCommand | { readonly kind: 'help' } | { readonly kind: 'wrong'; readonly reason: string }

export interface RunCommand {
  readonly kind: 'run'
  /** Ends after the table instead of serving on. */
  readonly once: boolean
  /** Prints the rows as JSON instead of the table. */
  readonly json: boolean
}

export const usage = `Usage: npm start -- [options]

  --once          end after the table: exit code 0 when every row is as expected, else 1
  --once --json   print the rows as JSON instead of the table
  --help          print this
`

const flag = { type: 'boolean' } as const

export function readCommand(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({ args: [...args], options: { once: flag, json: flag, help: flag } })
    const { once = false, json = false, help = false } = values
    if (help) return { kind: 'help' }
    if (json && !once) return { kind: 'wrong', reason: '--json needs --once' }
    return { kind: 'run', once, json }
  } catch (error) {
    return { kind: 'wrong', reason: error instanceof Error ? error.message : String(error) }
  }
}
