import type { JwksSnapshot } from './snapshot.ts'

/**
 * Where the processes of a fleet share the last good set of each source. What it gives is checked like any snapshot:
 * a store can bring a set that is newer, never one that is older than the set in use.
 *
 * A store that fails, or takes longer than 1 s, costs nothing but the sharing.
 */
export interface JwksStore {
  /** The snapshot saved last under that key, or `undefined`. */
  load(key: string): Promise<unknown>
  /** Keeps the snapshot under that key, in the place of an earlier one. */
  save(key: string, snapshot: JwksSnapshot): Promise<void>
}
