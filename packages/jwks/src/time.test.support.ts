import { onTestFinished, vi } from 'vitest'

/** Until the end of the test, time passes only when `advance` says so. Sockets go on as ever. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
}

/** Lets sockets and files do their work, while time stands still, until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = process.hrtime.bigint() + 15_000_000_000n
  while (!condition()) {
    if (process.hrtime.bigint() > deadline) throw new Error(`it did not happen: ${String(condition)}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Lets time pass from timer to timer; after each, sockets do their work until the condition holds. */
export async function advanceTime(ms: number, isSettled: () => boolean): Promise<void> {
  let isOver = false
  setTimeout(() => (isOver = true), ms)
  while (!isOver) {
    await vi.advanceTimersToNextTimerAsync()
    await until(isSettled)
  }
}
