import { usageFailure } from './failure.ts'

/**
 * Runs work whose options the user gave, and says what is wrong with them by the names that they have on the command
 * line.
 *
 * @param names by option of a library, that on the command line; one of its members counts as the option
 * @throws CommandFailure
 */
export async function withOwnNames<T>(names: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isConfigurationError(error)) throw error
    const { option, got, takes } = error
    throw usageFailure(`${ownNameOf(option, names)}: got ${got}, takes ${takes}.`)
  }
}

/** Each package has a class of its own, and the members are the same. */
interface ConfigurationError {
  readonly option: string
  readonly got: string
  readonly takes: string
}

function isConfigurationError(error: unknown): error is ConfigurationError {
  return error instanceof Error && 'option' in error && 'got' in error && 'takes' in error
}

function ownNameOf(option: string, names: Readonly<Record<string, string>>): string {
  const [first = option] = option.split(/[.[]/)
  const name = names[first]
  return names[option] ?? (name === undefined ? option : `${name} (${option})`)
}
