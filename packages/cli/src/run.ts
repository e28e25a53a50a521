import { CommanderError } from 'commander'
import { CommandFailure, exitCodes } from './failure.ts'
import { createPrinter, type Format } from './printer.ts'
import { createProgram } from './program.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Runs a command line, without the names of program and runtime, to its end.
 *
 * @returns the exit code
 */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const printer = createPrinter(surroundings)
  let exitCode: number = exitCodes.good
  const program = createProgram(surroundings, printer, async (command, format, work) => {
    try {
      const outcome = await work()
      printer.outcome(command, outcome, format)
      exitCode = exitCodes[outcome.verdict]
    } catch (error) {
      exitCode = tell(error, command, format)
    }
  })
  const tell = (error: unknown, command: string, format: Format): number => {
    if (!(error instanceof CommandFailure)) throw error
    printer.failure(command, error, format)
    return error.exitCode
  }
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.good : exitCodes.usage
    throw error
  }
  return exitCode
}
