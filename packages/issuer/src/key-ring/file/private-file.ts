import type { Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { KeyStorageError } from '../key-storage.ts'
import { type FileSystem, systemCode } from './file-system.ts'

/** The permission bits of group and others. */
const others = 0o077
const writableByOthers = 0o022
const sticky = 0o1000

/**
 * Where a private file really is, with its directory and every link on the way's last step checked: whoever may replace
 * the file, or turn the link, chooses the keys.
 *
 * @throws KeyStorageError `storage_exposed`, `storage_unreadable`
 */
export async function locatePrivateFile(path: string, system: FileSystem): Promise<string> {
  let target = resolve(path)
  try {
    const link = await system.lstat(target)
    if (link.isSymbolicLink()) {
      requireOwn(link, `${path} is a symbolic link`, system)
      await requireSafeDirectory(dirname(target), system)
      target = await system.realpath(target)
    }
  } catch (error) {
    if (error instanceof KeyStorageError) throw error
    if (systemCode(error) !== 'ENOENT') throw unreadable(path, error)
  }
  await requireSafeDirectory(dirname(target), system)
  return target
}

/** Windows has no such bits and owners: access control lists decide there, and nothing is checked. */
export function requirePrivateFile(stats: Stats, path: string, system: FileSystem): void {
  if (!stats.isFile()) throw new KeyStorageError('storage_exposed', `${path} is not a regular file`)
  requireOwn(stats, path, system)
  if (system.userId() === undefined || (stats.mode & others) === 0) return
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0')
  throw new KeyStorageError('storage_exposed', `${path} has mode ${mode}: group and others must have no access (0600)`)
}

async function requireSafeDirectory(directory: string, system: FileSystem): Promise<void> {
  let stats
  try {
    stats = await system.stat(directory)
  } catch (error) {
    throw unreadable(directory, error)
  }
  requireOwn(stats, directory, system)
  const isOpen = (stats.mode & writableByOthers) !== 0 && (stats.mode & sticky) === 0
  if (system.userId() === undefined || !isOpen) return
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0')
  throw new KeyStorageError('storage_exposed', `${directory} has mode ${mode}: others could replace the keys in it`)
}

/** Root can read and replace everything anyway. */
function requireOwn({ uid }: Stats, what: string, system: FileSystem): void {
  const self = system.userId()
  if (self === undefined || uid === self || uid === 0) return
  throw new KeyStorageError('storage_exposed', `${what} of another user (${uid})`)
}

export function unreadable(path: string, error: unknown): KeyStorageError {
  return new KeyStorageError('storage_unreadable', `${path} cannot be read: ${systemCode(error) ?? 'unknown'}`, {
    cause: error,
  })
}
