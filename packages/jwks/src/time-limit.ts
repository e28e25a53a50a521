import { FetchFault } from './fetch-fault.ts'

/**
 * Runs what can be aborted, for so long at most, and no longer than the signal around it allows.
 *
 * @throws FetchFault `timeout`, or the reason of that signal
 */
export async function withTimeLimit<Value>(
  limitMs: number,
  around: AbortSignal,
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  around.throwIfAborted()
  const controller = new AbortController()
  const timeout = new FetchFault('timeout', `no complete answer within ${limitMs} ms`)
  const timer = setTimeout(() => controller.abort(timeout), limitMs)
  timer.unref()
  const abort = () => controller.abort(around.reason)
  around.addEventListener('abort', abort)
  try {
    return await run(controller.signal)
  } finally {
    clearTimeout(timer)
    around.removeEventListener('abort', abort)
  }
}
