import { monotonicMs, wallMs } from './clock.ts'

/** Longer than the usual corrections of a clock. */
const noticedMs = 60_000

/**
 * Notices that the process was frozen: on Linux the monotonic clock stands still while the machine is suspended, so that
 * an old set looks fresh. The wall clock is believed for nothing else, since it can also jump.
 */
export class FrozenTime {
  #aheadMs = wallMs() - monotonicMs()

  /** Whether the wall clock has gained more than a minute on the monotonic one; true once for each time. */
  hasPassed(): boolean {
    const aheadMs = wallMs() - monotonicMs()
    const gainedMs = aheadMs - this.#aheadMs
    if (gainedMs >= 0 && gainedMs <= noticedMs) return false
    // After a step back the next gain counts from there, or it would hide a freeze as long as itself.
    this.#aheadMs = aheadMs
    return gainedMs > 0
  }
}
