import { types } from 'node:util'

/** A value at hand, or a promise of it. The request's way stays synchronous until something must be waited for. */
export type Awaitable<T> = T | Promise<T>

/** Also for promises of another realm, as test runners make them. */
export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return types.isPromise(value)
}

/** Continues with `next` at once when the value is at hand, else when it has come. */
export function andThen<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return isPromise(value) ? value.then(next) : next(value)
}
