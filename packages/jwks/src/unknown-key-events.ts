import { monotonicMs } from './clock.ts'
import { type EventStream, printable } from './events.ts'

const spacingMs = 1_000

/** Tells about unknown key ids, at most once a second: a flood must not become a flood of log lines. */
export class UnknownKeyEvents {
  #events: EventStream
  #nextAt = 0
  #unreported = 0

  constructor(events: EventStream) {
    this.#events = events
  }

  tell(kid: string | undefined): void {
    const now = monotonicMs()
    if (now < this.#nextAt) {
      this.#unreported++
      return
    }
    this.#nextAt = now + spacingMs
    this.#events.emit({ type: 'unknownKey', kid: printable(kid), unreported: this.#unreported })
    this.#unreported = 0
  }
}
