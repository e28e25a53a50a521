import type { Role } from '../contenders/index.ts'
import type { Contender } from '../contenders/contender.ts'
import type { Situation } from '../situation.ts'
import { asContender, type CreateIssuing, type IssuingSituation } from './issuing.ts'

interface IssuingEntry {
  readonly role: Role
  readonly packages: readonly string[]
  readonly load: () => Promise<{ readonly create: CreateIssuing }>
}

/** Every contender that issues, in a process of its own. */
export const issuing = {
  'issuing raw': { role: 'bound', packages: [], load: () => import('./raw.ts') },
  'issuing sallyport': { role: 'sallyport', packages: [], load: () => import('./sallyport.ts') },
  'issuing sallyport, key ring': { role: 'sallyport', packages: [], load: () => import('./sallyport-key-ring.ts') },
  'issuing jose': { role: 'peer', packages: ['jose'], load: () => import('./jose.ts') },
  'issuing jsonwebtoken': { role: 'peer', packages: ['jsonwebtoken'], load: () => import('./jsonwebtoken.ts') },
  'issuing fast-jwt': { role: 'peer', packages: ['fast-jwt'], load: () => import('./fast-jwt.ts') },
  'issuing @nestjs/jwt': { role: 'peer', packages: ['@nestjs/jwt'], load: () => import('./nestjs-jwt.ts') },
} as const satisfies Record<string, IssuingEntry>

export type IssuingName = keyof typeof issuing

export const issuingNames = Object.keys(issuing) as readonly IssuingName[]

export function isIssuing(name: string): name is IssuingName {
  return Object.hasOwn(issuing, name)
}

/** @returns `undefined` where it cannot issue such tokens */
export async function createIssuing(name: IssuingName, situation: Situation): Promise<Contender | undefined> {
  const { create } = await issuing[name].load()
  const issue = await create(situation as IssuingSituation)
  return issue && asContender(issue, situation)
}
