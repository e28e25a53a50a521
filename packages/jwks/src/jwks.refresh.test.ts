import { jwtVerify } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { answers, type Authority, listen, startAuthority } from './authority.test.support.ts'
import type { Jwks, PublishedKey } from './index.ts'
import { makeKey, mint, type SigningKey } from './keys.test.support.ts'
import { stopTime } from './time.test.support.ts'

/** What the source knows at this moment, without asking anybody. */
function entryOf(jwks: Jwks, { kid, alg, thumbprint }: SigningKey): PublishedKey | undefined {
  const found = jwks.find({ kid, alg })
  if (found instanceof Promise) throw new Error('it has to ask')
  return found.find((entry) => entry.thumbprint === thumbprint)
}

async function start(options = {}): Promise<{ as: Authority; jwks: Jwks }> {
  stopTime()
  const as = await startAuthority()
  const jwks = as.open(options)
  await jwks.ready()
  return { as, jwks }
}

describe('refreshing', () => {
  it('happens ahead, in the background, every 8 to 9.5 minutes, and no request waits for it', async () => {
    const { as, jwks } = await start()
    const { ofType } = listen(jwks)
    for (let minute = 0; minute < 120; minute++) {
      await as.advance(60_000)
      expect(entryOf(jwks, as.keys[0]!)).toBeDefined()
      expect(jwks.inspect().status).toBe('fresh')
    }
    const times = as.requests.map(({ at }) => at)
    const pauses = times.slice(1).map((at, index) => at - times[index]!)
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(480_000)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(570_001)
    expect(new Set(pauses.map(Math.round)).size).toBeGreaterThan(pauses.length / 2)
    expect(ofType('fetched')).toHaveLength(times.length - 1)
    expect(ofType('stale')).toEqual([])
  })

  it('never makes a request wait while it hangs', async () => {
    const { as, jwks } = await start()
    as.answer = answers.hang
    while (!as.isHolding) await as.advance(1_000)
    expect(jwks.inspect()).toMatchObject({ fetching: true })
    expect(entryOf(jwks, as.keys[0]!)).toBeDefined()
  })

  it.each([
    ['max-age=1800', 1_800_000],
    ['max-age=1800, must-revalidate', 1_800_000],
    ['max-age=5', 75_000],
    ['no-store', 75_000],
    ['max-age=86400', 3_600_000],
    ['private', 600_000],
  ])('honours Cache-Control: %s within its bounds', async (value, freshForMs) => {
    stopTime()
    const as = await startAuthority()
    as.headers = { 'cache-control': value }
    const jwks = as.open()
    await jwks.ready()
    await as.advance(0.799 * freshForMs)
    expect(as.fetches).toBe(1)
    await as.advance(0.152 * freshForMs)
    expect(as.fetches).toBe(2)
    expect(jwks.inspect().status).toBe('fresh')
  })

  it('asks with the ETag, and goes on with the same keys after 304', async () => {
    stopTime()
    const as = await startAuthority()
    as.headers = { etag: '"1"' }
    const jwks = as.open()
    await jwks.ready()
    const { ofType } = listen(jwks)
    const entry = entryOf(jwks, as.keys[0]!)
    as.answer = (response, request, authority) => {
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end()
      else answers.keySet(response, request, authority)
    }
    await as.advance(86_400_000 * 2)
    expect(ofType('fetched').every(({ notModified }) => notModified)).toBe(true)
    expect(entryOf(jwks, as.keys[0]!)).toBe(entry)
    expect(entry!.withdrawn).toBe(false)
  })

  it('does not take a 304 for the confirmation of a set that was hydrated meanwhile', async () => {
    stopTime()
    const as = await startAuthority()
    as.headers = { etag: '"1"' }
    const jwks = as.open()
    await jwks.ready()
    const { ofType } = listen(jwks)
    const foreign = makeKey('foreign')
    as.answer = (response, request, authority) => {
      if (request.headers['if-none-match'] === undefined) return answers.keySet(response, request, authority)
      const snapshot = { ...jwks.snapshot()!, fetchedAt: new Date().toISOString(), keys: [foreign.jwk] as never }
      as.open({ snapshot })
      response.writeHead(304).end()
    }
    // The refresh comes in 570 s at the latest, and is tried again some seconds after it has failed.
    await as.advance(580_000)
    expect(ofType('refreshFailed')).toMatchObject([{ reason: 'malformed' }])
    expect(entryOf(jwks, as.keys[0]!)).toBeDefined()
    expect(ofType('keyWithdrawn')).toMatchObject([{ key: { kid: 'first' } }, { key: { kid: 'foreign' } }])
  })
})

describe('rotation', () => {
  it('a new key that was published first is known before the first token with it', async () => {
    const { as, jwks } = await start()
    const next = makeKey('next')
    as.keys = [...as.keys, next]
    await as.advance(600_000)
    expect(entryOf(jwks, next)).toBeDefined()
    await jwtVerify(await mint(next), jwks)
    expect(as.fetches).toBe(2)
  })

  it('a new key is usable as soon as it is published, without any notice', async () => {
    const { as, jwks } = await start()
    const { ofType } = listen(jwks)
    await as.advance(100_000)
    const next = makeKey('next')
    as.keys = [next]
    await jwtVerify(await mint(next), jwks)
    expect(as.fetches).toBe(2)
    expect(ofType('keyAdded')).toMatchObject([{ key: { kid: 'next' } }])
  })

  it('KEYS-5: a withdrawn key stops working at the next refresh, and every verdict made with it is void', async () => {
    const { as, jwks } = await start()
    const { ofType } = listen(jwks)
    const [old] = as.keys
    const entry = entryOf(jwks, old!)
    as.keys = [makeKey('next')]
    expect(entry!.withdrawn).toBe(false)
    await as.advance(600_000)
    expect(entry!.withdrawn).toBe(true)
    expect(ofType('keyWithdrawn')).toMatchObject([{ key: { kid: 'first' }, reason: 'absent' }])
    await as.advance(100_000)
    const verified = jwtVerify(await mint(old!), jwks)
    await expect(verified).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  it('KEYS-5: a withdrawn key stays out while the endpoint is down, however new it is', async () => {
    const { as, jwks } = await start()
    const [old] = as.keys
    const next = makeKey('next')
    as.keys = [next]
    await as.advance(600_000)
    as.answer = answers.cut
    await as.advance(7_200_000)
    expect(entryOf(jwks, next)).toBeDefined()
    expect(await as.ask(jwks, old!)).toMatchObject({ answer: 'jwks_unavailable' })
  })

  it('KEYS-5: a key that is published again is another entry: what was remembered of the old one stays void', async () => {
    const { as, jwks } = await start()
    const [old] = as.keys
    const entry = entryOf(jwks, old!)
    as.keys = [makeKey('next')]
    await as.advance(600_000)
    as.keys = [old!]
    await as.advance(600_000)
    expect(entry!.withdrawn).toBe(true)
    expect(entryOf(jwks, old!)).toMatchObject({ withdrawn: false })
  })

  it('KEYS-8: new material under an old kid is a new key, and the old one is withdrawn', async () => {
    const { as, jwks } = await start()
    const { ofType } = listen(jwks)
    const [old] = as.keys
    const entry = entryOf(jwks, old!)
    const next = makeKey('first')
    as.keys = [next]
    await as.advance(600_000)
    expect(entry!.withdrawn).toBe(true)
    expect(entryOf(jwks, old!)).toBeUndefined()
    expect(entryOf(jwks, next)).toBeDefined()
    expect(ofType('keyAdded')).toMatchObject([{ key: { kid: 'first', thumbprint: next.thumbprint } }])
    expect(ofType('keyWithdrawn')).toMatchObject([{ key: { kid: 'first', thumbprint: old!.thumbprint } }])
    await jwtVerify(await mint(next), jwks)
    await expect(jwtVerify(await mint(old!), jwks)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    })
  })

  it('KEYS-8: the same material stays the same entry through refreshes, in whatever order', async () => {
    const { as, jwks } = await start()
    const [first] = as.keys
    const entry = entryOf(jwks, first!)
    as.keys = [makeKey('other'), first!]
    await as.advance(600_000)
    as.keys = [first!]
    await as.advance(600_000)
    expect(entryOf(jwks, first!)).toBe(entry)
    expect(entry!.withdrawn).toBe(false)
  })
})

describe('distrust', () => {
  it('KEYS-10: refuses a key at once, in every source, while the endpoint is down', async () => {
    const { as, jwks } = await start()
    const other = as.open({ maxKeys: 99 })
    await other.ready()
    const [events, otherEvents] = [listen(jwks), listen(other)]
    const [stolen] = as.keys
    const token = await mint(stolen!)
    const entry = entryOf(jwks, stolen!)
    await jwtVerify(token, jwks)
    as.answer = answers.cut
    await as.advance(3_600_000)
    await jwtVerify(token, jwks)
    jwks.distrust(stolen!.thumbprint)
    expect(entry!.withdrawn).toBe(true)
    await expect(jwtVerify(token, jwks)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    await expect(jwtVerify(token, other)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    expect(await as.ask(jwks, { kid: undefined, alg: 'ES256' })).toMatchObject({ answer: 'jwks_unavailable' })
    for (const { ofType } of [events, otherEvents]) {
      expect(ofType('keyWithdrawn')).toMatchObject([{ key: { kid: 'first' }, reason: 'distrusted' }])
    }
    expect(jwks.inspect().keys).toEqual([])
    expect(jwks.snapshot()).toBeUndefined()
  })

  it('KEYS-10: goes on refusing the key although it is still published, and takes its successor', async () => {
    const { as, jwks } = await start()
    const [stolen] = as.keys
    jwks.distrust(stolen!.thumbprint)
    await as.advance(1_200_000)
    expect(as.fetches).toBeGreaterThan(2)
    await expect(jwtVerify(await mint(stolen!), jwks)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    const next = makeKey('first')
    as.keys = [stolen!, next]
    await as.advance(15_000)
    await jwtVerify(await mint(next), jwks)
    await expect(jwtVerify(await mint(stolen!), jwks)).rejects.toThrow('signature verification failed')
  })

  it('KEYS-10: refuses what is no thumbprint', async () => {
    const { jwks } = await start()
    expect(() => jwks.distrust('first')).toThrow('thumbprint: got "first", takes an RFC 7638 SHA-256 thumbprint')
  })
})

describe('clocks that jump', () => {
  it('neither age the keys nor make them younger', async () => {
    const { as, jwks } = await start({ maxStaleMs: 7_200_000 })
    const entry = entryOf(jwks, as.keys[0]!)
    for (const jumpMs of [10 * 365 * 86_400_000, -20 * 365 * 86_400_000]) {
      vi.setSystemTime(Date.now() + jumpMs)
      expect(jwks.inspect().status).toBe('fresh')
      expect(entry!.withdrawn).toBe(false)
      const { fetches } = as
      await as.advance(1_800_000)
      expect(as.fetches - fetches).toBeGreaterThanOrEqual(3)
      expect(as.fetches - fetches).toBeLessThanOrEqual(4)
    }
    as.answer = answers.cut
    await as.advance(600_000)
    vi.setSystemTime(0)
    await as.advance(6_000_000)
    expect(entry!.withdrawn).toBe(false)
    await as.advance(1_200_000)
    expect(entry!.withdrawn).toBe(true)
  })
})
