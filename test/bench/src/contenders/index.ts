import type { CreateContender } from './contender.ts'

/** What part a contender plays: the bound is what Sallyport is held against, the peers are what people use today. */
export type Role = 'bound' | 'sallyport' | 'peer'

interface ContenderEntry {
  readonly role: Role
  /** Whose versions the report names. */
  readonly packages: readonly string[]
  /** Nothing but the chosen contender is loaded into a process. */
  readonly load: () => Promise<{ readonly create: CreateContender }>
}

/** Every contender in a process of its own. Adding a peer is adding an entry and its file. */
export const contenders = {
  raw: { role: 'bound', packages: [], load: () => import('./raw.ts') },
  'raw, known header': { role: 'bound', packages: [], load: () => import('./raw-known-header.ts') },
  'raw, thread pool': { role: 'bound', packages: [], load: () => import('./raw-thread-pool.ts') },
  'raw, cache': { role: 'bound', packages: [], load: () => import('./raw-cache.ts') },
  sallyport: { role: 'sallyport', packages: [], load: () => import('./sallyport.ts') },
  'sallyport, cache: false': { role: 'sallyport', packages: [], load: () => import('./sallyport-uncached.ts') },
  jose: { role: 'peer', packages: ['jose'], load: () => import('./jose.ts') },
  'fast-jwt': { role: 'peer', packages: ['fast-jwt'], load: () => import('./fast-jwt.ts') },
  jsonwebtoken: { role: 'peer', packages: ['jsonwebtoken'], load: () => import('./jsonwebtoken.ts') },
  'aws-jwt-verify': { role: 'peer', packages: ['aws-jwt-verify'], load: () => import('./aws-jwt-verify.ts') },
} as const satisfies Record<string, ContenderEntry>

export type ContenderName = keyof typeof contenders

export const contenderNames = Object.keys(contenders) as readonly ContenderName[]
