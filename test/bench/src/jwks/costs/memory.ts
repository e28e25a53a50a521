import { setImmediate, setTimeout } from 'node:timers/promises'
import { createJwks } from '@sallyport/jwks'
import type { FloodMemory } from './protocol.ts'

const keyIds = 1_000_000
const batch = 1_000
const looks = 20
/** After that, all that waited have been answered. */
const longestWaitMs = 3_000
const ignore = (): void => {}

/** A million requests, each with another key id that nobody has published; nothing here remembers them. */
export async function measureMemory(jwksUri: string): Promise<Omit<FloodMemory, 'fetches'>> {
  // The code is compiled with another fetcher: it has another option, so the one looked at starts empty.
  const other = createJwks(jwksUri, { timeoutMs: 4_999 })
  await flood(other, 0, 20_000, ignore)
  await setTimeout(longestWaitMs)
  other.close()
  const jwks = createJwks(jwksUri)
  await jwks.ready()
  const start = await usedHeap()
  const growthBytes: number[] = []
  await flood(jwks, 20_000, keyIds, async () => void growthBytes.push((await usedHeap()) - start))
  await setTimeout(longestWaitMs)
  const bytesAfterwards = (await usedHeap()) - start
  jwks.close()
  return { keyIds, growthBytes, bytesAfterwards }
}

async function flood(
  jwks: ReturnType<typeof createJwks>,
  first: number,
  count: number,
  look: () => Promise<void> | void,
): Promise<void> {
  for (let done = 0; done < count; done += batch) {
    for (let index = done; index < done + batch; index++) {
      const kid = `unknown-key-id-of-usual-length-${String(first + index).padStart(12, '0')}`
      jwks({ alg: 'ES256', kid }).catch(ignore)
    }
    await setImmediate()
    if ((done + batch) % (count / looks) === 0) await look()
  }
}

async function usedHeap(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('it takes --expose-gc')
  for (let pass = 0; pass < 3; pass++) globalThis.gc()
  return process.memoryUsage().heapUsed
}
