import { StoreUnavailableError } from './store-unavailable-error.ts'
import { within } from './within.ts'

/**
 * Asks a store, and waits no longer than it may take (STORE-4).
 *
 * What was asked may still happen afterwards: whoever writes through this must be able to repeat it.
 *
 * @throws StoreUnavailableError when the store fails or is late
 */
export async function askStore<T>(ask: () => Promise<T>, timeoutMs: number): Promise<T> {
  try {
    return await askInTime(ask, timeoutMs, 'The store did not answer in time')
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error
    throw new StoreUnavailableError(undefined, { cause: error })
  }
}

/**
 * Asks the application, and waits no longer than it may take. Its errors stay as they are.
 *
 * @throws StoreUnavailableError with this message when it is late
 */
export async function askInTime<T>(ask: () => Promise<T>, timeoutMs: number, message: string): Promise<T> {
  return within(timeoutMs, ask(), () => new StoreUnavailableError(message))
}
