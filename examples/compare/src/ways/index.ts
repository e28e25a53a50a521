import { jwtCookie } from './jwt-cookie/way.ts'
import { oauth } from './oauth/way.ts'
import { serverSession } from './session/way.ts'
import type { Way } from './way.ts'

export type { RunningWay, Way, WayOptions } from './way.ts'
export { isAdmitted } from './http.ts'

/** The same small application, three ways. */
export const ways: readonly Way[] = [serverSession, jwtCookie, oauth]
