import { randomFillSync } from 'node:crypto'

const idBytes = 16
/** Asking for random bytes costs more than the bytes do. */
const pool = Buffer.alloc(256 * idBytes)
let used = pool.length

/** An id that nobody can guess, and no two tokens share: 128 random bits as base64url. */
export function randomId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const id = pool.toString('base64url', used, used + idBytes)
  // What was given out is nowhere else.
  pool.fill(0, used, used + idBytes)
  used += idBytes
  return id
}
