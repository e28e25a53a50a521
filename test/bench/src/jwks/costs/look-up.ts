import { createJwks } from '@sallyport/jwks'
import { createRemoteJWKSet, type FlattenedJWSInput } from 'jose'
import type { LookUpCost } from './protocol.ts'

const rounds = 21
const lookUps = 100_000

/**
 * Each round has strings that were never seen before, as a parsed token header brings them: their hash is reckoned
 * within the time that is measured.
 */
export async function measureLookUp(jwksUri: string, kids: readonly string[]): Promise<LookUpCost> {
  const jwks = createJwks(jwksUri)
  await jwks.ready()
  const josesKeys = createRemoteJWKSet(new URL(jwksUri))
  const unsigned: FlattenedJWSInput = { payload: '', signature: '' }
  await josesKeys({ alg: 'ES256', kid: kids[0] ?? '' }, unsigned)
  const find: number[] = []
  const getKey: number[] = []
  const joseGetKey: number[] = []
  for (let round = 0; round < rounds; round++) {
    find.push(timeFinds(jwks, freshHeaders(kids)))
    getKey.push(await timeGetKeys((header) => jwks(header), freshHeaders(kids)))
    joseGetKey.push(await timeGetKeys((header) => josesKeys(header, unsigned), freshHeaders(kids)))
  }
  jwks.close()
  // The first rounds are run by code that is not compiled yet.
  const settled = (values: readonly number[]) => values.slice(Math.floor(rounds / 3))
  return { find: settled(find), getKey: settled(getKey), joseGetKey: settled(joseGetKey) }
}

type Header = { readonly alg: string; readonly kid: string }

function freshHeaders(kids: readonly string[]): Header[] {
  const bytes = kids.map((kid) => Buffer.from(kid))
  return Array.from({ length: lookUps }, (_, index) => ({
    alg: 'ES256',
    kid: (bytes[index % bytes.length] ?? Buffer.alloc(0)).toString('latin1'),
  }))
}

function timeFinds(jwks: ReturnType<typeof createJwks>, headers: readonly Header[]): number {
  let found = 0
  const begin = process.cpuUsage()
  for (const header of headers) {
    const keys = jwks.find(header)
    if (keys instanceof Promise) throw new Error('a known key is waited for')
    found += keys.length
  }
  return nanosecondsEach(begin, found)
}

async function timeGetKeys(getKey: (header: Header) => Promise<unknown>, headers: readonly Header[]): Promise<number> {
  let found = 0
  const begin = process.cpuUsage()
  for (const header of headers) if ((await getKey(header)) !== undefined) found++
  return nanosecondsEach(begin, found)
}

/** Time on the processors, collecting garbage included: what others do to the machine is not in it. */
function nanosecondsEach(begin: NodeJS.CpuUsage, found: number): number {
  const { user, system } = process.cpuUsage(begin)
  if (found !== lookUps) throw new Error(`${found} keys were found for ${lookUps} requests`)
  return ((user + system) * 1_000) / lookUps
}
