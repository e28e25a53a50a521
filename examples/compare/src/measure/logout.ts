import { setTimeout as delay } from 'node:timers/promises'
import { isAdmitted, type RunningWay } from '../ways/index.ts'

/** What a logout does to a copy of the login that somebody has stolen before. */
export interface LogoutFindings {
  /** From the end of the logout until the copy is refused. */
  readonly effectiveAfterMs: number
  /** Whether the copy can still be renewed after the logout. */
  readonly renewable: boolean
}

export async function measureLogout(way: RunningWay, longestMs: number): Promise<LogoutFindings> {
  const login = await way.logIn()
  const stolen = { ...login }
  await way.logOut(login)
  const start = performance.now()
  // A session on the server has nothing to renew: it is either there or not.
  const renewable = (await way.renew(stolen)) !== undefined
  while (await isAdmitted(way.origin, stolen.fields)) {
    if (performance.now() - start > longestMs) throw new Error('The logout takes no effect')
    await delay(10)
  }
  return { effectiveAfterMs: performance.now() - start, renewable }
}
