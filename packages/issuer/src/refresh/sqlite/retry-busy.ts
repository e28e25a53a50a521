import { setTimeout as delay } from 'node:timers/promises'
import { resultCode, sqliteBusy } from './database.ts'

/**
 * Tries again while another process writes, up to a deadline. It waits here and not in SQLite, whose waiting would stop
 * the whole process.
 */
export async function retryBusy<T>(operation: () => T, timeoutMs: number): Promise<T> {
  for (const deadline = performance.now() + timeoutMs; ;) {
    try {
      return operation()
    } catch (error) {
      if (resultCode(error) !== sqliteBusy || performance.now() >= deadline) throw error
    }
    await delay(1 + Math.random() * 10)
  }
}
