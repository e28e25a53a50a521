import { vi } from 'vitest'

/** Longer than any work that a fetch has to do without time passing. */
const maxTurns = 10_000

/** Time that passes only from timer to timer. What needs no time in between is done by Node's own event loop. */
export class SimulatedTime {
  #begin: number
  #hasWork: () => boolean = () => false

  private constructor() {
    this.#begin = performance.now()
  }

  /** Runs with the clocks stopped, and with random numbers of one source. */
  static async run<T>(random: () => number, live: (time: SimulatedTime) => Promise<T>): Promise<T> {
    const { stackTraceLimit } = Error
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
    const math = vi.spyOn(Math, 'random').mockImplementation(random)
    // Thousands of errors are made here, and traces would take most of the time.
    Error.stackTraceLimit = 0
    try {
      return await live(new SimulatedTime())
    } finally {
      Error.stackTraceLimit = stackTraceLimit
      math.mockRestore()
      vi.useRealTimers()
    }
  }

  /** Milliseconds since the beginning. */
  get elapsedMs(): number {
    return performance.now() - this.#begin
  }

  /** How many timers wait. */
  get timers(): number {
    return vi.getTimerCount()
  }

  /** @param hasWork whether somebody has still something to do that takes no time */
  setWork(hasWork: () => boolean): void {
    this.#hasWork = hasWork
  }

  /** Lets time pass up to the next timer. */
  async step(): Promise<void> {
    vi.advanceTimersToNextTimer()
    await this.settle()
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < maxTurns; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (!this.#hasWork()) return
    }
    throw new Error('there is always something left to do')
  }

  /** Does something with each of a list, at its time. */
  schedule<T>(list: readonly T[], at: (item: T) => number, action: (item: T) => void): void {
    const [next, ...others] = list
    if (next === undefined) return
    // One timer at a time: the fake ones are slow when they are many.
    setTimeout(
      () => {
        action(next)
        this.schedule(others, at, action)
      },
      at(next) - this.elapsedMs,
    )
  }

  /** Somebody sets the wall clock, which has nothing to do with the time that passes. */
  setWallClock(byMs: number): void {
    vi.setSystemTime(Date.now() + byMs)
  }
}
