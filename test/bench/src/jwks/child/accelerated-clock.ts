/**
 * Makes the time of this process go faster, for everything that asks JavaScript for it: `Date`, `performance.now`,
 * `process.hrtime`, and timers. What Node measures by itself (sockets) is not touched. Contenders are to be loaded
 * after that.
 */
export function accelerateTime(factor: number): void {
  if (factor === 1) return
  const { now: realNow } = performance
  const begin = realNow.call(performance)
  const wallBegin = Date.now()
  const elapsedMs = () => (realNow.call(performance) - begin) * factor
  const wallMs = () => Math.floor(wallBegin + elapsedMs())

  const RealDate = Date
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given: unknown[], newTarget) =>
      Reflect.construct(target, given.length === 0 ? [wallMs()] : given, newTarget) as Date,
    get: (target, name, receiver) => (name === 'now' ? wallMs : (Reflect.get(target, name, receiver) as unknown)),
  })
  Object.defineProperty(performance, 'now', { value: () => begin + elapsedMs() })
  const hrtime = (since: readonly [number, number] = [0, 0]): [number, number] => {
    const nanoseconds = hrtime.bigint() - BigInt(since[0]) * 1_000_000_000n - BigInt(since[1])
    return [Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)]
  }
  hrtime.bigint = () => BigInt(Math.round((begin + elapsedMs()) * 1e6))
  Object.defineProperty(process, 'hrtime', { value: hrtime })

  const { setTimeout: realSetTimeout, setInterval: realSetInterval } = globalThis
  type Callback = (...given: unknown[]) => void
  globalThis.setTimeout = ((callback: Callback, ms = 0, ...given: unknown[]) =>
    realSetTimeout(callback, ms / factor, ...given)) as typeof setTimeout
  globalThis.setInterval = ((callback: Callback, ms = 0, ...given: unknown[]) =>
    realSetInterval(callback, ms / factor, ...given)) as typeof setInterval
}
