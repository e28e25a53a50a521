import type { Stage } from '../child/stage.ts'
import { RequestStream, type ValidRequests } from './requests.ts'

const minuteMs = 60_000

export interface OutageResult {
  readonly requests: ValidRequests
  readonly fetches: number
}

/**
 * The endpoint cuts every connection, a minute after the keys were fetched, for 71 minutes: ten until every cache has
 * expired, and one hour.
 */
export async function playOutage(stage: Stage): Promise<OutageResult> {
  await stage.warmUp('first')
  await stage.sleep(minuteMs)
  await stage.goDown()
  const before = await stage.countFetches()
  const stream = new RequestStream(stage, 'first', 2_000)
  await stage.sleep(71 * minuteMs)
  await stream.stop()
  return { requests: stream.requests, fetches: (await stage.countFetches()) - before }
}
