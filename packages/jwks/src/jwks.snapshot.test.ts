import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jwtVerify } from 'jose'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { answers, type Authority, listen, startAuthority } from './authority.test.support.ts'
import type { Jwks, JwksOptions, JwksSnapshot, JwksStore } from './index.ts'
import { makeKey, mint, type SigningKey } from './keys.test.support.ts'
import { stopTime, until } from './time.test.support.ts'

const hour = 3_600_000
const wanted = { kid: 'first', alg: 'ES256' }

/** As another process has it: a source that shares nothing with the others of the same URL. */
let last = 0
const another = (as: Authority, options: JwksOptions = {}) => as.open({ ...options, maxKeys: 100 + ++last })

const thumbprints = (jwks: Jwks) => jwks.inspect().keys.map(({ thumbprint }) => thumbprint)

async function take(as: Authority): Promise<JwksSnapshot> {
  const jwks = another(as)
  await jwks.ready()
  const snapshot = jwks.snapshot()!
  jwks.close()
  return JSON.parse(JSON.stringify(snapshot)) as JwksSnapshot
}

/** Waits for the events that come after the call. */
async function hydrate(as: Authority, snapshot: unknown) {
  const jwks = another(as, { snapshot: snapshot as JwksSnapshot })
  const events = listen(jwks)
  await Promise.resolve()
  return { jwks, ...events }
}

function makeFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'jwks-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'keys.json')
}

const readFile = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as JwksSnapshot

/** A store in memory, as a fleet would share one. */
function makeStore(): JwksStore & { readonly stored: Map<string, JwksSnapshot> } {
  const stored = new Map<string, JwksSnapshot>()
  return { stored, load: async (key) => stored.get(key), save: async (key, value) => void stored.set(key, value) }
}

describe('a snapshot', () => {
  it('KEYS-9: starts a process while the authorization server is down', async () => {
    stopTime()
    const as = await startAuthority()
    const snapshot = await take(as)
    await as.advance(2 * hour)
    as.answer = answers.cut
    const { jwks, ofType } = await hydrate(as, snapshot)
    await jwks.ready()
    await jwtVerify(await mint(as.keys[0]!), jwks)
    await until(() => as.isSettled)
    expect(ofType('hydrated')).toMatchObject([{ keys: 1, ageMs: 2 * hour }])
    expect(ofType('keyAdded')).toMatchObject([{ key: wanted }])
    expect(jwks.inspect()).toMatchObject({ status: 'stale', ageMs: 2 * hour, usableForMs: 22 * hour })
    expect(as.fetches).toBe(2)
  })

  it('KEYS-9: has public keys only, and says where and when they were fetched', async () => {
    stopTime()
    vi.setSystemTime('2026-11-17T12:00:00.000Z')
    const as = await startAuthority()
    const { privateKey, jwk } = as.keys[0]!
    as.answer = answers.body(JSON.stringify({ keys: [{ ...privateKey.export({ format: 'jwk' }), ...jwk }] }))
    const jwks = as.open()
    expect(jwks.snapshot()).toBeUndefined()
    await jwks.ready()
    await as.advance(1_000)
    expect(jwks.snapshot()).toEqual({
      version: 1,
      jwksUri: as.url,
      fetchedAt: '2026-11-17T12:00:00.000Z',
      freshForMs: 600_000,
      keys: [jwk],
    })
  })

  it('KEYS-9: ages from its original fetch, through as many processes as it goes', async () => {
    stopTime()
    const as = await startAuthority()
    let snapshot: unknown = await take(as)
    as.answer = answers.cut
    for (let process = 0; process < 3; process++) {
      await as.advance(7 * hour)
      const { jwks } = await hydrate(as, snapshot)
      await jwks.ready()
      snapshot = jwks.snapshot()
      jwks.close()
    }
    const { jwks } = await hydrate(as, snapshot)
    await jwks.ready()
    await as.advance(3 * hour)
    expect(await as.ask(jwks, wanted)).toMatchObject({ answer: 'jwks_unavailable' })
    expect((await hydrate(as, snapshot)).types()).toEqual(['snapshotRefused'])
  })

  it('KEYS-9: that is fresh is used without a fetch until it is to be refreshed', async () => {
    stopTime()
    const as = await startAuthority()
    as.headers = { 'cache-control': 'max-age=1800' }
    const snapshot = await take(as)
    const { jwks } = await hydrate(as, snapshot)
    await jwks.ready()
    await as.advance(0.79 * 1_800_000)
    expect(as.fetches).toBe(1)
    expect(jwks.inspect().status).toBe('fresh')
    await as.advance(0.17 * 1_800_000)
    expect(as.fetches).toBe(2)
  })

  it('KEYS-9: does not make an unknown key id a refused one: a newer key is fetched for', async () => {
    stopTime()
    const as = await startAuthority()
    const snapshot = await take(as)
    const next = makeKey('next')
    as.keys = [next]
    const { jwks } = await hydrate(as, snapshot)
    expect(await as.ask(jwks, next)).toEqual({ answer: 'found', waitedMs: 0 })
  })

  it.each([
    ['malformed', () => null],
    ['malformed', (snapshot: JwksSnapshot) => JSON.stringify(snapshot)],
    ['other_source', (snapshot: JwksSnapshot) => ({ ...snapshot, jwksUri: 'https://other.example/jwks' })],
    ['other_source', (snapshot: JwksSnapshot) => ({ ...snapshot, issuer: 'https://as.example' })],
    [
      'too_old',
      (snapshot: JwksSnapshot) => ({ ...snapshot, fetchedAt: new Date(Date.now() - 24 * hour).toISOString() }),
    ],
    [
      'future_dated',
      (snapshot: JwksSnapshot) => ({ ...snapshot, fetchedAt: new Date(Date.now() + hour).toISOString() }),
    ],
    ['no_usable_key', (snapshot: JwksSnapshot) => ({ ...snapshot, keys: [{ kty: 'oct', k: 'AAAA' }] })],
  ])('KEYS-9: that is %s is ignored, with an event', async (reason, change) => {
    stopTime()
    const as = await startAuthority()
    const { jwks, all } = await hydrate(as, change(await take(as)))
    expect(all).toEqual([{ type: 'snapshotRefused', source: as.url, reason }])
    expect(jwks.inspect().status).toBe('unavailable')
    await jwks.ready()
    expect(as.fetches).toBe(2)
  })

  it('KEYS-9: that is older than the set in use, or might be, is ignored with an event', async () => {
    stopTime()
    // No refresh may fall right before the newer snapshot.
    const random = vi.spyOn(Math, 'random').mockReturnValue(1)
    onTestFinished(() => random.mockRestore())
    const as = await startAuthority()
    const old = await take(as)
    await as.advance(hour)
    as.keys = [makeKey('next')]
    const jwks = as.open()
    await jwks.ready()
    const { ofType } = listen(jwks)
    const skewed = { ...old, fetchedAt: new Date(Date.now() + 9_000).toISOString() }
    await as.advance(9_500)
    for (const snapshot of [old, skewed]) {
      as.open({ snapshot })
      await Promise.resolve()
    }
    expect(ofType('snapshotRefused')).toMatchObject(Array(2).fill({ reason: 'older_than_set_in_use' }))
    expect(thumbprints(jwks)).toEqual([as.keys[0]!.thumbprint])
    await as.advance(600_000)
    const newer = { ...(await take(as)), keys: [makeKey('newer').jwk] as never }
    await as.advance(400_000)
    as.open({ snapshot: { ...newer, fetchedAt: new Date().toISOString() } })
    await Promise.resolve()
    expect(ofType('hydrated')).toHaveLength(1)
    expect(jwks.inspect().keys).toMatchObject([{ kid: 'newer' }])
  })

  it('KEYS-5, KEYS-9: brings no withdrawn key back, also when the set that was without it has expired', async () => {
    stopTime()
    const as = await startAuthority()
    const old = await take(as)
    as.headers = { 'cache-control': 'max-age=60' }
    as.keys = [makeKey('next')]
    const options = { maxStaleMs: 0 }
    const jwks = as.open(options)
    await as.advance(60_000)
    await jwks.ready()
    as.answer = answers.cut
    await as.advance(100_000)
    expect(jwks.inspect().status).toBe('unavailable')
    const { ofType } = listen(jwks)
    as.open({ ...options, snapshot: old })
    await Promise.resolve()
    expect(ofType('snapshotRefused')).toMatchObject([{ reason: 'older_than_set_in_use' }])
    expect(await as.ask(jwks, wanted)).toMatchObject({ answer: 'jwks_unavailable' })
  })

  it('KEYS-10: brings no distrusted key back', async () => {
    stopTime()
    const as = await startAuthority(makeKey('first'), makeKey('second'))
    const snapshot = await take(as)
    as.answer = answers.cut
    another(as).distrust(as.keys[0]!.thumbprint)
    const { jwks } = await hydrate(as, snapshot)
    await jwks.ready()
    expect(jwks.inspect().keys).toMatchObject([{ kid: 'second' }])
    await expect(jwtVerify(await mint(as.keys[0]!), jwks)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    await jwtVerify(await mint(as.keys[1]!), jwks)
  })
})

describe('a snapshot file', () => {
  it('KEYS-9: is written after each refresh, and starts the next process while the endpoint is down', async () => {
    stopTime()
    const as = await startAuthority()
    const snapshotFile = makeFile()
    const first = another(as, { snapshotFile })
    await first.ready()
    await vi.waitFor(() => expect(readFile(snapshotFile)).toEqual(first.snapshot()))
    const next = makeKey('next')
    as.keys = [...as.keys, next]
    await as.advance(600_000)
    await until(() => readFile(snapshotFile).keys.length === 2)
    first.close()
    as.answer = answers.hang
    await as.advance(hour)
    const second = another(as, { snapshotFile })
    const { types } = listen(second)
    expect(await as.ask(second, next)).toEqual({ answer: 'found', waitedMs: 0 })
    expect(types()).toEqual(['hydrated', 'keyAdded', 'keyAdded'])
    expect(second.inspect()).toMatchObject({ status: 'stale', fetching: true })
  })

  it('KEYS-9: saves the fetch while it is fresh', async () => {
    stopTime()
    const as = await startAuthority()
    const snapshotFile = makeFile()
    const first = another(as, { snapshotFile })
    await first.ready()
    await until(() => readFileIfThere(snapshotFile) !== undefined)
    first.close()
    await as.advance(60_000)
    const second = another(as, { snapshotFile })
    const { ofType } = listen(second)
    await second.ready()
    expect(as.fetches).toBe(1)
    expect(ofType('fetched')).toMatchObject([{ from: 'store', keys: 1 }])
  })

  it.each([
    ['damaged', '{"version":1,"jwksUri', 'malformed'],
    ['empty', '', 'malformed'],
    ['of another source', undefined, 'other_source'],
  ])('KEYS-9: that is %s is ignored with an event, and written anew', async (_, text, reason) => {
    stopTime()
    const as = await startAuthority()
    const snapshotFile = makeFile()
    writeFileSync(snapshotFile, text ?? JSON.stringify({ ...(await take(as)), jwksUri: 'https://other.example/jwks' }))
    const jwks = another(as, { snapshotFile })
    const { ofType } = listen(jwks)
    await jwks.ready()
    expect(ofType('snapshotRefused')).toMatchObject([{ reason }])
    await until(() => readFileIfThere(snapshotFile)?.jwksUri === as.url)
  })

  it('KEYS-10: does not bring a distrusted key back after a restart while the endpoint is down', async () => {
    stopTime()
    const as = await startAuthority()
    const [file, other] = [makeFile(), makeFile()]
    const sources = [another(as, { snapshotFile: file }), another(as, { snapshotFile: other })]
    for (const jwks of sources) await jwks.ready()
    for (const path of [file, other]) await until(() => readFileIfThere(path)?.keys.length === 1)
    as.answer = answers.cut
    sources[0]!.distrust(as.keys[0]!.thumbprint)
    for (const path of [file, other]) await until(() => readFile(path).keys.length === 0)
  })

  it('that cannot be written costs nothing but itself', async () => {
    stopTime()
    const as = await startAuthority()
    const jwks = another(as, { snapshotFile: join(makeFile(), 'missing', 'keys.json') })
    const { ofType } = listen(jwks)
    await jwks.ready()
    await until(() => ofType('storeFailed').length > 0)
    expect(ofType('storeFailed')).toMatchObject([{ operation: 'save', detail: 'ENOENT' }])
    expect(jwks.find(wanted)).toHaveLength(1)
  })
})

describe('a store', () => {
  /** The processes of a fleet. */
  async function startFleet(size: number, options: JwksOptions = {}) {
    stopTime()
    const as = await startAuthority()
    const store = makeStore()
    const fleet = Array.from({ length: size }, () => another(as, { ...options, store }))
    return { as, store, fleet }
  }

  it('makes one fetch for a fleet that starts one after another', async () => {
    const { as, store, fleet } = await startFleet(10)
    for (const jwks of fleet) await jwks.ready()
    expect(as.fetches).toBe(1)
    expect([...store.stored.keys()]).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/jwks [\w-]{16}$/)])
    expect(fleet.map((jwks) => jwks.inspect().status)).toEqual(Array(10).fill('fresh'))
  })

  it('makes fewer fetches for a fleet, and keeps all of it as fresh as the response says', async () => {
    const { as, store, fleet } = await startFleet(5)
    as.headers = { 'cache-control': 'max-age=120' }
    for (const jwks of fleet) await jwks.ready()
    const alone = another(as)
    await alone.ready()
    as.requests.length = 0
    let next: SigningKey = makeKey('next')
    for (let rotation = 0; rotation < 10; rotation++) {
      next = makeKey('next')
      as.keys = [next]
      await as.advance(240_000)
      for (const jwks of fleet) expect(thumbprints(jwks)).toEqual([next.thumbprint])
    }
    expect(as.fetches).toBeLessThan(6 * 25)
    expect([...store.stored.values()][0]).toMatchObject({ freshForMs: 120_000 })
  })

  it('brings a set that another process has fetched while this one cannot', async () => {
    const { as, store, fleet } = await startFleet(1)
    const [jwks] = fleet
    await jwks!.ready()
    const { ofType } = listen(jwks!)
    await as.advance(300_000)
    const next = makeKey('next')
    const fetched = { ...jwks!.snapshot()!, fetchedAt: new Date().toISOString(), keys: [next.jwk] as never }
    for (const key of store.stored.keys()) store.stored.set(key, fetched)
    as.answer = answers.cut
    await as.advance(300_000)
    expect(thumbprints(jwks!)).toEqual([next.thumbprint])
    expect(ofType('fetched')).toMatchObject([{ from: 'store' }])
    expect(ofType('refreshFailed')).toEqual([])
    expect(ofType('keyWithdrawn')).toMatchObject([{ key: { kid: 'first' } }])
  })

  it('KEYS-3: is no answer about an unknown key id: the authorization server is asked', async () => {
    const { as, fleet } = await startFleet(2)
    await fleet[0]!.ready()
    const next = makeKey('next')
    as.keys = [...as.keys, next]
    expect(await as.ask(fleet[1]!, next)).toEqual({ answer: 'found', waitedMs: 0 })
    expect(as.fetches).toBe(2)
  })

  it('KEYS-9: brings no older set, whatever the clocks of the fleet say', async () => {
    const { as, store, fleet } = await startFleet(1)
    const [jwks] = fleet
    const old = await take(as)
    as.keys = [makeKey('next')]
    await as.advance(1_000)
    await jwks!.ready()
    const { ofType } = listen(jwks!)
    for (const offsetMs of [-9_000, 0, 9_000]) {
      const { ageMs } = jwks!.inspect()
      const fetchedAt = new Date(Date.now() - ageMs! + offsetMs).toISOString()
      for (const key of store.stored.keys()) store.stored.set(key, { ...old, fetchedAt })
      const { fetches } = as
      while (as.fetches === fetches) await as.advance(10_000)
    }
    expect(ofType('keyAdded')).toEqual([])
    expect(ofType('fetched').map(({ from }) => from)).toEqual(['origin', 'origin', 'origin'])
  })

  it('that hangs delays a fetch by 1 s, and no request with a known key', async () => {
    stopTime()
    const as = await startAuthority()
    const never = () => new Promise<never>(() => {})
    const jwks = another(as, { store: { load: never, save: never } })
    const { ofType } = listen(jwks)
    expect(await Promise.race([as.ask(jwks, wanted), advanceBlindly()])).toMatchObject({ answer: 'found' })
    expect(ofType('storeFailed')).toMatchObject([{ operation: 'load', detail: 'StoreTimeout' }])
    expect(jwks.find(wanted)).toHaveLength(1)
  })

  /** The store's own clock runs while the fetch has not begun. */
  async function advanceBlindly(): Promise<never> {
    await vi.advanceTimersByTimeAsync(1_000)
    return new Promise(() => {})
  }

  it('that is asked while the source is closed leads to no fetch', async () => {
    stopTime()
    const as = await startAuthority()
    let answer: (() => void) | undefined
    const load = () => new Promise<undefined>((resolve) => (answer = () => resolve(undefined)))
    const jwks = another(as, { store: { load, save: async () => {} } })
    const waiting = expect(jwks.ready()).rejects.toThrow('are closed')
    jwks.close()
    answer!()
    await waiting
    await as.advance(hour)
    expect(as.fetches).toBe(0)
  })
})

function readFileIfThere(path: string): JwksSnapshot | undefined {
  try {
    return readFile(path)
  } catch {
    return undefined
  }
}
