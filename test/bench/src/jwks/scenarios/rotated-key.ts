import type { KeyName } from '../authority/issuer.ts'
import type { Stage } from '../child/stage.ts'
import { RequestStream, type ValidRequests } from './requests.ts'

/** How a new key was met. */
export interface RotatedKey {
  /** What the request got that was made at once. */
  readonly firstRequest: { readonly accepted: boolean; readonly afterMs: number }
  /** From its publication; `undefined`: not within `watchedForMs`. */
  readonly acceptedAfterMs: number | undefined
  readonly watchedForMs: number
  readonly requests: ValidRequests
}

/** Makes requests with a key that was published just now, until it is accepted for good, or for so long. */
export async function watchRotatedKey(
  stage: Stage,
  key: KeyName,
  { everyMs, forMs }: { readonly everyMs: number; readonly forMs: number },
): Promise<RotatedKey> {
  const publishedAt = stage.nowMs
  const stream = new RequestStream(stage, key, everyMs)
  while (stream.firstAccepted === undefined && stage.nowMs < publishedAt + forMs) await stage.sleep(everyMs)
  await stage.sleep(20 * everyMs)
  await stream.stop()
  const first = stream.answers.toSorted((one, other) => one.askedAt - other.askedAt)[0]
  if (first === undefined) throw new Error('no request was made')
  const accepted = stream.firstAccepted
  return {
    firstRequest: { accepted: first.accepted, afterMs: first.answeredAt - publishedAt },
    acceptedAfterMs: accepted && accepted.answeredAt - publishedAt,
    watchedForMs: forMs,
    requests: stream.requests,
  }
}
