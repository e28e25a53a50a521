import { StoreUnavailableError } from './store-unavailable-error.ts'

/**
 * Asks a store, and waits no longer than it may take (STORE-4).
 *
 * What was asked may still happen afterwards: whoever writes through this must be able to repeat it.
 *
 * @throws StoreUnavailableError when the store fails or is late
 */
export async function askStore<T>(ask: () => Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailableError('The store did not answer in time')), timeoutMs)
  })
  try {
    return await Promise.race([ask(), late])
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error
    throw new StoreUnavailableError(undefined, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}
