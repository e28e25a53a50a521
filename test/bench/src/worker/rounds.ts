import { performance } from 'node:perf_hooks'
import type { Contender } from '../contenders/contender.ts'
import type { RoundResult } from './protocol.ts'
import type { TokenTape } from './token-tape.ts'

/** Strings are made between batches, outside of the measured time. */
const batchSize = 1_000
/** With many on their way a batch has to be long, for at its end they become fewer. */
const batchSizeInFlight = 4_000
/** Not counted, so that what another process left in the processor's caches is gone. */
const leadIn = 32

/** Lets a contender verify tokens for a while. */
export async function runRound(
  { verify }: Contender,
  tape: TokenTape,
  { inFlight, milliseconds }: { readonly inFlight: number; readonly milliseconds: number },
): Promise<RoundResult> {
  const total = { tokens: 0, wallMs: 0, cpuMs: 0, busyMs: 0 }
  const run = inFlight === 1 ? oneAfterAnother : together
  const perToken =
    (await timeOf(() => run(verify, tape.next(Math.max(leadIn, inFlight)), inFlight))) / Math.max(leadIn, inFlight)
  const most = inFlight === 1 ? batchSize : batchSizeInFlight
  while (total.wallMs < milliseconds) {
    const wanted = Math.ceil((milliseconds - total.wallMs) / perToken)
    const tokens = tape.next(Math.min(Math.max(wanted, inFlight * 8, 16), most))
    const busyBefore = performance.eventLoopUtilization()
    const cpuBefore = process.cpuUsage()
    total.wallMs += await timeOf(() => run(verify, tokens, inFlight))
    const cpu = process.cpuUsage(cpuBefore)
    total.cpuMs += (cpu.user + cpu.system) / 1000
    total.busyMs += performance.eventLoopUtilization(busyBefore).active
    total.tokens += tokens.length
  }
  return total
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function oneAfterAnother(verify: Contender['verify'], tokens: readonly string[]): Promise<void> {
  for (const token of tokens) {
    const result = verify(token)
    // A contender that is done at once is not made to wait for a turn.
    if (result instanceof Promise) await result
  }
}

async function together(verify: Contender['verify'], tokens: readonly string[], inFlight: number): Promise<void> {
  const rest = tokens.values()
  const lane = async () => {
    for (const token of rest) await verify(token)
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
}
