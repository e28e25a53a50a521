import type { Stage } from '../child/stage.ts'
import { RequestStream, type ValidRequests } from './requests.ts'
import { type RotatedKey, watchRotatedKey } from './rotated-key.ts'

export interface BurstResult {
  /** From the first of the unknown key ids on. */
  readonly fetchesIn5s: number
  readonly rotated: RotatedKey
  /** With the key that was there all the time. */
  readonly known: ValidRequests
}

/** A thousand unknown key ids at once; as soon as they are answered, a new key is published and used. */
export async function playBurst(stage: Stage): Promise<BurstResult> {
  await stage.warmUp('first')
  // Whatever spacing the first fetch began is over.
  await stage.sleep(35_000)
  const before = await stage.countFetches()
  const known = new RequestStream(stage, 'first', 250)
  const startedAt = stage.nowMs
  const burst = Promise.all(Array.from({ length: 1_000 }, () => stage.accepts(stage.unknownToken())))
  await Promise.race([burst, stage.sleep(10_000)])
  const counted = countAt(stage, startedAt + 5_000)
  await stage.publish('first', 'second')
  const rotated = await watchRotatedKey(stage, 'second', { everyMs: 100, forMs: 65_000 })
  await known.stop()
  return { fetchesIn5s: (await counted) - before, rotated, known: known.requests }
}

async function countAt(stage: Stage, at: number): Promise<number> {
  await stage.sleepUntil(at)
  return stage.countFetches()
}
