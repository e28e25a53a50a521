import type { Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Exposure, exposureByOwner, exposureOfDirectory, exposureOfFile } from '../../exposure.ts'
import { KeyStorageError } from '../key-storage.ts'
import { type FileSystem, systemCode } from './file-system.ts'

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
      refuse(`${path} is a symbolic link`, exposureByOwner(link, system.userId()), '')
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

export function requirePrivateFile(stats: Stats, path: string, system: FileSystem): void {
  refuse(path, exposureOfFile(stats, system.userId()), 'group and others must have no access (0600)')
}

async function requireSafeDirectory(directory: string, system: FileSystem): Promise<void> {
  let stats
  try {
    stats = await system.stat(directory)
  } catch (error) {
    throw unreadable(directory, error)
  }
  refuse(directory, exposureOfDirectory(stats, system.userId()), 'others could replace the keys in it')
}

/** @param modeAdvice what a mode that is too wide leads to, or should be */
function refuse(what: string, exposure: Exposure | undefined, modeAdvice: string): void {
  if (exposure === undefined) return
  throw new KeyStorageError('storage_exposed', `${what} ${inWords(exposure, modeAdvice)}`)
}

function inWords(exposure: Exposure, modeAdvice: string): string {
  if (exposure.by === 'kind') return 'is not a regular file'
  return exposure.by === 'owner' ? `of another user (${exposure.uid})` : `has mode ${exposure.mode}: ${modeAdvice}`
}

export function unreadable(path: string, error: unknown): KeyStorageError {
  return new KeyStorageError('storage_unreadable', `${path} cannot be read: ${systemCode(error) ?? 'unknown'}`, {
    cause: error,
  })
}
