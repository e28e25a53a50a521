import type { Stage } from '../child/stage.ts'
import { countRequests, RequestStream, type ValidRequests } from './requests.ts'
import { type RotatedKey, watchRotatedKey } from './rotated-key.ts'

const minuteMs = 60_000
const everyMs = 1_000
/** How long the process that learns of a refresh may take to hear of it from its parent. */
const marginMs = 5_000

export interface RotationResult {
  /** Requests with a key that was published for 12 minutes before. */
  readonly announced: ValidRequests
  readonly unannounced: RotatedKey
  readonly withdrawn: {
    /** `undefined`: to the end, 23 minutes after. */
    readonly refusedAfterMs: number | undefined
    /** Requests accepted although a set without the key had been fetched. */
    readonly acceptedAfterRefresh: number
    /** Whether any set was fetched after the withdrawal. */
    readonly refreshed: boolean
  }
  readonly fetches: number
}

/**
 * Fifty minutes in order: a key is published beside the old one, and used 12 minutes later; the old one is withdrawn,
 * and for 23 minutes somebody goes on using it; after two quiet minutes another key is published and used at once. Sets
 * say that they are fresh for 10 minutes.
 */
export async function playRotation(stage: Stage): Promise<RotationResult> {
  await stage.warmUp('first')
  const startedAt = stage.nowMs
  const before = await stage.countFetches()
  const old = new RequestStream(stage, 'first', everyMs)
  await stage.sleepUntil(startedAt + minuteMs)
  await stage.publish('first', 'second')
  await stage.sleepUntil(startedAt + 13 * minuteMs)
  const second = new RequestStream(stage, 'second', everyMs)
  await stage.sleepUntil(startedAt + 22 * minuteMs)
  const withdrawnAt = stage.nowMs
  const servedBefore = stage.served.length
  await stage.publish('second')
  await stage.sleepUntil(startedAt + 45 * minuteMs)
  await old.stop()
  const refreshedAt = stage.served.slice(servedBefore).find(({ kids }) => !kids.includes('first'))?.at
  await stage.sleepUntil(startedAt + 47 * minuteMs)
  await stage.publish('second', 'third')
  const unannounced = await watchRotatedKey(stage, 'third', { everyMs, forMs: 5 * minuteMs })
  await second.stop()
  const accepted = old.answers.filter((answer) => answer.accepted)
  const lastAccepted = Math.max(withdrawnAt, ...accepted.map(({ askedAt }) => askedAt))
  const later = accepted.filter(({ askedAt }) => refreshedAt !== undefined && askedAt > refreshedAt + marginMs)
  return {
    announced: countRequests([...second.answers, ...old.answers.filter(({ askedAt }) => askedAt < withdrawnAt)]),
    unannounced,
    withdrawn: {
      refusedAfterMs: old.answers.at(-1)?.accepted === true ? undefined : lastAccepted - withdrawnAt,
      acceptedAfterRefresh: later.length,
      refreshed: refreshedAt !== undefined,
    },
    fetches: (await stage.countFetches()) - before,
  }
}
