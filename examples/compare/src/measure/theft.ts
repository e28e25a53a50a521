import { isAdmitted, type RunningWay } from '../ways/index.ts'

/** What a thief has of a copy of a login, while its owner goes on. */
export interface TheftFindings {
  /** Whether the copy is admitted. */
  readonly usable: boolean
  /** Whether the session ends for the thief when he and the owner both renew it. */
  readonly noticed: boolean
}

export async function measureTheft(way: RunningWay): Promise<TheftFindings> {
  const owner = await way.logIn()
  const usable = await isAdmitted(way.origin, owner.fields)
  // The thief comes first, and more than once: the owner's renewal is that of an old copy by then.
  const first = await way.renew({ ...owner })
  const thief = first && (await way.renew(first))
  await way.renew(owner)
  const noticed = thief === undefined || (await way.renew(thief)) === undefined
  return { usable, noticed }
}
