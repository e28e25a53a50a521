/** A value at hand, or a promise of it. The request's way stays synchronous until something must be waited for. */
export type Awaitable<T> = T | Promise<T>

/** By its method, so also for promises of another realm or library; nothing parsed from JSON has one. */
export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

/**
 * Continues with `next` at once when the value is at hand, else when it has come. What another library calls a promise
 * may go on without us: it is made a real one first.
 */
export function andThen<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value)
}

/** Whether an answer that has to be given at once is `true`. A promise is not, and its rejection ends nobody. */
export function isTrue(answer: unknown): boolean {
  if (isPromise(answer)) Promise.resolve(answer).catch(() => {})
  return answer === true
}

/**
 * Waits for what the application has to say no longer than this.
 *
 * @throws Error when it takes longer
 */
export async function withinTime<T>(ms: number, ask: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([ask(), tooLong])
  } finally {
    clearTimeout(timer)
  }
}
