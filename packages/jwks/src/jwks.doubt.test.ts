import { errors, jwtVerify } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { answers, type Authority, listen, startAuthority } from './authority.test.support.ts'
import type { Jwks, JwksOptions } from './index.ts'
import { makeKey, mint } from './keys.test.support.ts'
import { stopTime, until } from './time.test.support.ts'

const first = { kid: 'first', alg: 'ES256' }

/** A source that has had its set for a while, and an authority that has not been asked since. */
async function start(options: JwksOptions = {}): Promise<{ as: Authority; jwks: Jwks }> {
  stopTime()
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const as = await startAuthority()
  const jwks = as.open(options)
  await jwks.ready()
  await as.advance(100_000)
  as.requests.length = 0
  return { as, jwks }
}

/** Forged signatures under a known key id. */
async function flood(as: Authority, jwks: Jwks, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    for (let index = 0; index < 5; index++) {
      expect(jwks.find(first)).toHaveLength(1)
      jwks.doubt()
    }
    await as.advance(100)
  }
}

const thumbprints = (jwks: Jwks) => jwks.inspect().keys.map(({ thumbprint }) => thumbprint)

describe('doubt', () => {
  it('KEYS-8: brings new material under the same key id at once after a quiet time', async () => {
    const { as, jwks } = await start()
    const next = makeKey('first')
    as.keys = [next]
    const token = await mint(next)
    await expect(jwtVerify(token, jwks)).rejects.toThrow(errors.JWSSignatureVerificationFailed)
    jwks.doubt()
    await until(() => as.fetches === 1 && as.isSettled)
    expect(as.requests[0]!.headers['cache-control']).toBe('no-cache')
    expect((await jwtVerify(token, jwks)).payload['scope']).toBe('read')
  })

  it('KEYS-8: brings a new key without a key id', async () => {
    const { as, jwks } = await start()
    const next = makeKey('next')
    const { kid: _, ...jwk } = next.jwk
    as.keys = [{ ...next, jwk }]
    expect(jwks.find({ kid: undefined, alg: 'ES256' })).toMatchObject([{ kid: 'first' }])
    jwks.doubt()
    await until(() => as.fetches === 1 && as.isSettled)
    expect(jwks.find({ kid: undefined, alg: 'ES256' })).toMatchObject([{ thumbprint: next.thumbprint }])
  })

  it('KEYS-3: in an endless flood causes no more fetches than unknown key ids, and finds a new key within 15 s', async () => {
    const { as, jwks } = await start()
    const begin = performance.now()
    await flood(as, jwks, 240_000)
    const times = as.requests.map(({ at }) => at - begin)
    expect(times.slice(0, 6).map((at) => Math.round(at / 1_000))).toEqual([0, 1, 3, 7, 14, 29])
    expect(times.length).toBeLessThanOrEqual(24)
    const next = makeKey('first')
    as.keys = [next]
    const publishedAt = performance.now()
    while (!thumbprints(jwks).includes(next.thumbprint)) await flood(as, jwks, 100)
    expect(performance.now() - publishedAt).toBeLessThanOrEqual(15_000)
  })

  it('KEYS-3: shares the spacing with unknown key ids', async () => {
    const { as, jwks } = await start({ unknownKeyWaitMs: 0 })
    const { ofType } = listen(jwks)
    await jwks.find({ kid: 'unknown', alg: 'ES256' })
    await until(() => as.fetches === 1 && as.isSettled)
    jwks.doubt()
    expect(as.fetches).toBe(1)
    expect(ofType('cooldown')).toMatchObject([{ fetchInMs: expect.closeTo(950, -1) }])
    await as.advance(1_000)
    expect(as.fetches).toBe(2)
  })

  it('right after a fetch waits for the end of the spacing', async () => {
    stopTime()
    const as = await startAuthority()
    const jwks = as.open()
    await jwks.ready()
    for (let time = 0; time < 100; time++) jwks.doubt()
    expect(jwks.inspect()).toMatchObject({ fetching: false, nextRefreshInMs: expect.toSatisfy((ms) => ms <= 950) })
    await as.advance(60_000)
    expect(as.fetches).toBe(2)
  })

  it('is answered by a demanded fetch that is not sent yet, and not by one that is', async () => {
    const { as, jwks } = await start()
    jwks.doubt()
    jwks.doubt()
    await until(() => as.fetches === 1 && as.isSettled)
    await as.advance(60_000)
    expect(as.fetches).toBe(1)
    let finish: (() => void) | undefined
    as.answer = (response, request, authority) => {
      authority.hold(response)
      finish = () => answers.keySet(response, request, authority)
    }
    jwks.doubt()
    await until(() => finish !== undefined)
    jwks.doubt()
    as.answer = undefined
    finish!()
    await as.advance(60_000)
    expect(as.fetches).toBe(3)
  })

  it('leaves the keys in use while the fetch hangs or fails', async () => {
    const { as, jwks } = await start()
    as.answer = answers.hang
    jwks.doubt()
    await until(() => as.isHolding)
    expect(jwks.find(first)).toHaveLength(1)
    await as.advance(60_000)
    expect(jwks.find(first)).toHaveLength(1)
  })

  it('is nothing before the first use, and after close', async () => {
    stopTime()
    const as = await startAuthority()
    const [one, other] = [as.open(), as.open()]
    one.doubt()
    await as.advance(1_000)
    expect(as.fetches).toBe(0)
    await other.ready()
    await as.advance(100_000)
    one.close()
    one.doubt()
    await as.advance(1_000)
    expect(as.fetches).toBe(1)
    other.close()
    other.doubt()
    await as.advance(1_000)
    expect(as.fetches).toBe(1)
  })
})

describe('a known key id with an alg that its keys do not suit', () => {
  it('KEYS-8: is refused at once, and found when the next fetch brings its key', async () => {
    const { as, jwks } = await start()
    const next = makeKey('first', 'ES384')
    as.keys = [next]
    expect(jwks.find(next)).toEqual([])
    await until(() => as.fetches === 1 && as.isSettled)
    expect(jwks.find(next)).toHaveLength(1)
  })

  it('KEYS-3: in an endless flood is fetched for as seldom as an unknown one', async () => {
    const { as, jwks } = await start()
    for (let passed = 0; passed < 240_000; passed += 100) {
      expect(jwks.find({ kid: 'first', alg: 'ES384' })).toEqual([])
      await as.advance(100)
    }
    expect(as.fetches).toBeLessThanOrEqual(24)
  })

  it.each(['HS256', 'none', undefined])('JOSE-8: causes no fetch for %s, which no published key suits', async (alg) => {
    const { as, jwks } = await start()
    expect(jwks.find({ kid: 'first', alg })).toEqual([])
    await as.advance(60_000)
    expect(as.fetches).toBe(0)
  })
})

describe('a process that was frozen', () => {
  /** The wall clock alone goes on. */
  const freeze = (ms: number) => vi.setSystemTime(Date.now() + ms)

  it('KEYS-5: refreshes its set at the next token, which does not wait', async () => {
    const { as, jwks } = await start()
    freeze(72_000_000)
    as.keys = [makeKey('next')]
    expect(jwks.find(first)).toHaveLength(1)
    await until(() => as.fetches === 1 && as.isSettled)
    expect(jwks.find({ kid: undefined, alg: 'ES256' })).toMatchObject([{ kid: 'next' }])
    await as.advance(60_000)
    expect(as.fetches).toBe(1)
  })

  it('tries again when that refresh fails', async () => {
    const { as, jwks } = await start()
    freeze(72_000_000)
    as.answer = answers.cut
    expect(jwks.find(first)).toHaveLength(1)
    await as.advance(1_000)
    as.answer = undefined
    await as.advance(5_000)
    expect(jwks.inspect()).toMatchObject({ failures: 0, status: 'fresh' })
    expect(as.fetches).toBeGreaterThan(1)
  })

  it('KEYS-3: cannot be told from a wall clock that jumps all the time, which floods nobody', async () => {
    const { as, jwks } = await start()
    for (let passed = 0; passed < 240_000; passed += 100) {
      freeze(passed % 200 === 0 ? 7_200_000 : -7_200_000)
      expect(jwks.find(first)).toHaveLength(1)
      await as.advance(100)
    }
    expect(as.fetches).toBeLessThanOrEqual(24)
    expect(jwks.inspect().status).toBe('fresh')
  })
})
