import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * A program of the system that tests need, as a path. Where it is missing they are skipped with a word, or fail where
 * `SALLYPORT_REQUIRE_SERVICES` is 1, as in continuous integration.
 *
 * @param commands names that it may have on the PATH
 */
export function findService(name: string, commands: readonly string[]): string | undefined {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const command of commands) if (isProgram(join(directory, command))) return join(directory, command)
  }
  const word = `${name} is not installed (${commands.join(', ')})`
  if (process.env['SALLYPORT_REQUIRE_SERVICES'] === '1') throw new Error(word)
  console.warn(`${word}: tests that need it are skipped`)
  return undefined
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
