import { closeSync, fstatSync, lstatSync, openSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { IssuerConfigurationError, quoted } from '../../configuration-error.ts'
import { type Exposure, exposureByOwner, exposureOfDirectory, exposureOfFile } from '../../exposure.ts'

/** What SQLite keeps beside a file; there may be data of it in each. */
const suffixes = ['-wal', '-shm', '-journal']

const takes = {
  file: 'a file that only its owner may read and write (mode 0600)',
  directory: 'a directory that only its owner may write to, or whose files only their owners may replace',
  link: 'a symbolic link of the user that this process runs as',
}

/**
 * Makes sure that a file is there which nobody but its owner reads, writes or replaces, nor any of those that SQLite keeps
 * beside it. SQLite gives new ones the mode of the file.
 *
 * @param self the user that this process runs as; `undefined` where files have no owners
 * @returns where the file really is
 * @throws IssuerConfigurationError
 */
export function ensurePrivateFile(path: string, self: number | undefined = process.geteuid?.()): string {
  try {
    const target = followLink(path, self)
    refuse(dirname(target), exposureOfDirectory(statSync(dirname(target)), self), takes.directory)
    const descriptor = openSync(target, 'a+', 0o600)
    try {
      refuse(target, exposureOfFile(fstatSync(descriptor), self), takes.file)
    } finally {
      closeSync(descriptor)
    }
    for (const suffix of suffixes) {
      const beside = `${target}${suffix}`
      const stats = lstatSync(beside, { throwIfNoEntry: false })
      if (stats !== undefined) refuse(beside, exposureOfFile(stats, self), takes.file)
    }
    return target
  } catch (error) {
    if (error instanceof IssuerConfigurationError) throw error
    const { code = 'an error' } = error as NodeJS.ErrnoException
    throw new IssuerConfigurationError('path', `${quoted(path)} (${code})`, 'a file that can be written, or made')
  }
}

/** Whoever may turn the link chooses the file. */
function followLink(path: string, self: number | undefined): string {
  const link = lstatSync(path, { throwIfNoEntry: false })
  if (link === undefined || !link.isSymbolicLink()) return path
  refuse(path, exposureByOwner(link, self), takes.link)
  refuse(dirname(path), exposureOfDirectory(statSync(dirname(path)), self), takes.directory)
  return realpathSync(path)
}

function refuse(path: string, exposure: Exposure | undefined, wanted: string): void {
  if (exposure !== undefined) throw new IssuerConfigurationError('path', `${quoted(path)}${inWords(exposure)}`, wanted)
}

function inWords(exposure: Exposure): string {
  if (exposure.by === 'kind') return ', which is no file'
  return exposure.by === 'owner' ? ` of another user (${exposure.uid})` : ` with mode ${exposure.mode}`
}
