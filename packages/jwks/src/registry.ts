import { LRUCache } from 'lru-cache'
import { distrustKey } from './distrust.ts'
import { Fetcher } from './fetcher.ts'
import type { NormalizedOptions } from './options.ts'
import type { Source } from './source.ts'

const maxFetchers = 1_000

/** A fetcher and how many use it. */
export interface Lease {
  readonly id: string
  readonly fetcher: Fetcher
  uses: number
}

interface Registry {
  readonly leases: LRUCache<string, Lease>
  /** Objects among the options have no other name. */
  readonly names: WeakMap<object, number>
  lastName: number
}

// One per process, also for two loaded copies of this package: whoever changes what they share counts up the name.
const slot = Symbol.for('@sallyport/jwks/registry/1')
const shared = globalThis as { [slot]?: Registry }

const registry: Registry = (shared[slot] ??= {
  leases: new LRUCache<string, Lease>({ max: maxFetchers }),
  names: new WeakMap(),
  lastName: 0,
})

/** The one fetcher for a source and these options. A fetcher that is pushed out of the registry goes on working. */
export function leaseFetcher(source: Source, { configuration, identity }: NormalizedOptions): Lease {
  const id = JSON.stringify([source.id, ...identity.map(nameOf)])
  const found = registry.leases.get(id)
  if (found !== undefined) {
    found.uses++
    return found
  }
  const lease: Lease = { id, fetcher: new Fetcher(source, configuration), uses: 1 }
  registry.leases.set(id, lease)
  return lease
}

/** One user less; the last one closes the fetcher. */
export function returnLease(lease: Lease): void {
  if (forgetLease(lease)) lease.fetcher.close()
}

/**
 * One user less, who is gone without a word but may still await an answer: the fetcher is left to finish, and is
 * collected then, since its timers do not hold it.
 *
 * @returns whether it was the last one
 */
export function forgetLease(lease: Lease): boolean {
  lease.uses--
  if (lease.uses > 0) return false
  if (registry.leases.peek(lease.id) === lease) registry.leases.delete(lease.id)
  return true
}

/** Refuses a key in the whole process. Fetchers only tell and store it: their look-ups know by themselves. */
export function distrustEverywhere(thumbprint: string, { fetcher }: Lease): void {
  if (!distrustKey(thumbprint, 'thumbprint')) return
  const others = [...registry.leases.values()].map((lease) => lease.fetcher)
  for (const one of new Set([fetcher, ...others])) one.distrusted(thumbprint)
}

function nameOf(option: unknown): unknown {
  if (typeof option !== 'object' || option === null) return option ?? null
  const known = registry.names.get(option)
  if (known !== undefined) return { object: known }
  registry.names.set(option, ++registry.lastName)
  return { object: registry.lastName }
}
