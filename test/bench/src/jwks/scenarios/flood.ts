import type { Stage } from '../child/stage.ts'
import { RequestStream, type ValidRequests } from './requests.ts'
import { type RotatedKey, watchRotatedKey } from './rotated-key.ts'

const everyMs = 20
const minuteMs = 60_000

export interface FloodResult {
  /** In the first 20 s, which are no part of the minute. */
  readonly fetchesAtFirst: number
  readonly fetchesAMinute: number
  /** From the rotation on: a new key begins the spacing anew, where there is one. */
  readonly fetchesInMinuteOfRotation: number
  readonly rotated: RotatedKey
  readonly known: ValidRequests
}

/** The longest that a contender has to be waited for. */
const longestPauseMs = 35_000

/**
 * Fifty unknown key ids a second without end; after 80 s a new key is published and used, at the worst moment: just
 * after the contender has fetched.
 */
export async function playFlood(stage: Stage): Promise<FloodResult> {
  await stage.warmUp('first')
  const flood = pour(stage)
  const known = new RequestStream(stage, 'first', 500)
  const startedAt = stage.nowMs
  const before = await stage.countFetches()
  await stage.sleepUntil(startedAt + 20_000)
  const afterStart = await stage.countFetches()
  await stage.sleepUntil(startedAt + 20_000 + minuteMs)
  const afterMinute = await stage.countFetches()
  await stage.nextServed(longestPauseMs)
  const beforeRotation = await stage.countFetches()
  const rotatedAt = stage.nowMs
  await stage.publish('first', 'second')
  const rotated = await watchRotatedKey(stage, 'second', { everyMs: 100, forMs: 65_000 })
  await stage.sleepUntil(rotatedAt + minuteMs)
  const afterRotation = await stage.countFetches()
  flood.stop()
  await known.stop()
  return {
    fetchesAtFirst: afterStart - before,
    fetchesAMinute: afterMinute - afterStart,
    fetchesInMinuteOfRotation: afterRotation - beforeRotation,
    rotated,
    known: known.requests,
  }
}

function pour(stage: Stage): { readonly stop: () => void } {
  const timer = setInterval(() => void stage.accepts(stage.unknownToken()), everyMs)
  return { stop: () => clearInterval(timer) }
}
