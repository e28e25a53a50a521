import type { CallHandler } from '@nestjs/common'

/** What interceptors get and give. */
export type HandlerStream = ReturnType<CallHandler['handle']>

interface Subscriber {
  next(value: unknown): void
  error(error: unknown): void
  complete(): void
}

/**
 * Continues with what a handler gives, as an interceptor does. The Observable is made by the constructor of the one at
 * hand: rxjs is the application's to choose.
 */
export function continueWith(
  handled: HandlerStream,
  next: (given: Promise<unknown>) => Promise<unknown>,
): HandlerStream {
  const Observable = handled.constructor as new (subscribe: (subscriber: Subscriber) => void) => HandlerStream
  return new Observable((subscriber) => {
    next(lastOf(handled)).then(
      (value) => {
        subscriber.next(value)
        subscriber.complete()
      },
      (error) => subscriber.error(error),
    )
  })
}

function lastOf(handled: HandlerStream): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let last: unknown
    handled.subscribe({ next: (value) => (last = value), error: reject, complete: () => resolve(last) })
  })
}
