import { closeSync, fstatSync, openSync } from 'node:fs'
import { IssuerConfigurationError, quoted } from '../../configuration-error.ts'

/**
 * Makes sure that a file is there which only its owner reads and writes; SQLite gives the files beside it the same mode.
 *
 * @throws IssuerConfigurationError
 */
export function ensurePrivateFile(path: string): void {
  let descriptor: number
  try {
    descriptor = openSync(path, 'a+', 0o600)
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException
    throw new IssuerConfigurationError('path', `${quoted(path)} (${code})`, 'a file that can be written, or made')
  }
  try {
    const stat = fstatSync(descriptor)
    const takes = 'a file that only its owner may read and write (mode 0600)'
    if (!stat.isFile()) throw new IssuerConfigurationError('path', `${quoted(path)}, which is no file`, takes)
    const mode = stat.mode & 0o777
    // Windows has other rights, and shows none of them here.
    if (process.platform === 'win32' || (mode & 0o077) === 0) return
    throw new IssuerConfigurationError('path', `${quoted(path)} with mode 0${mode.toString(8)}`, takes)
  } finally {
    closeSync(descriptor)
  }
}
