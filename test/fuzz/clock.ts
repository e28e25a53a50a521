/**
 * The clock of all verdicts: it stands still until it is set, so that a seed makes the same verdicts at any time of day.
 */
export class Clock {
  #now: number
  #original = Date.now

  /** @param now in seconds since the epoch */
  constructor(now: number) {
    this.#now = now
  }

  get now(): number {
    return this.#now
  }

  set(now: number): void {
    this.#now = now
  }

  /** Puts this clock in the place of `Date.now`, until `restore`. */
  install(): void {
    Date.now = () => this.#now * 1000
  }

  restore(): void {
    Date.now = this.#original
  }
}

/** When fuzzed tokens are issued, in seconds since the epoch: fixed, so that committed tokens never age. */
export const epoch = 1_800_000_000
