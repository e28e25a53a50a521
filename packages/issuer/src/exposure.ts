import type { Stats } from 'node:fs'

/*
 * Who else may read or replace a file. Windows has no such bits and owners: access control lists decide there, and
 * nothing is checked (`self` is `undefined`).
 */

const accessOfOthers = 0o077
const writableByOthers = 0o022
const sticky = 0o1000

/** What lets others at a file. */
export type Exposure =
  | { readonly by: 'kind' }
  | { readonly by: 'owner'; readonly uid: number }
  | { readonly by: 'mode'; readonly mode: string }

/** What makes a file less than private; `undefined` when nothing does. */
export function exposureOfFile(stats: Stats, self: number | undefined): Exposure | undefined {
  if (!stats.isFile()) return { by: 'kind' }
  return exposureByOwner(stats, self) ?? exposureByMode(stats, (stats.mode & accessOfOthers) !== 0, self)
}

/** What lets others replace the files in a directory; `undefined` when nothing does. */
export function exposureOfDirectory(stats: Stats, self: number | undefined): Exposure | undefined {
  const isOpen = (stats.mode & writableByOthers) !== 0 && (stats.mode & sticky) === 0
  return exposureByOwner(stats, self) ?? exposureByMode(stats, isOpen, self)
}

/** Root can read and replace everything anyway. */
export function exposureByOwner({ uid }: Stats, self: number | undefined): Exposure | undefined {
  return self === undefined || uid === self || uid === 0 ? undefined : { by: 'owner', uid }
}

function exposureByMode({ mode }: Stats, isExposed: boolean, self: number | undefined): Exposure | undefined {
  if (self === undefined || !isExposed) return undefined
  return { by: 'mode', mode: (mode & 0o777).toString(8).padStart(4, '0') }
}
