import { readFileSync, renameSync, unlinkSync } from 'node:fs'
import { link, lstat, open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises'

/** What a key file needs of the operating system: one seam, where tests let disks be full and processes die. */
export const operatingSystem = {
  link,
  lstat,
  open,
  readdir,
  readFileSync,
  realpath,
  rename,
  renameSync,
  stat,
  unlink,
  unlinkSync,
  userId: (): number | undefined => process.geteuid?.(),
}

export type FileSystem = typeof operatingSystem

/** The code of an error of the system, for example `ENOSPC`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
