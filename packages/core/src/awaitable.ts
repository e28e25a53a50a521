/** A value at hand, or a promise of it. The request's way stays synchronous until something must be waited for. */
export type Awaitable<T> = T | Promise<T>

/** Continues with `next` at once when the value is at hand, else when it has come. */
export function andThen<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}
