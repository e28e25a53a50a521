import { jwtVerify } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { answers, type Authority, listen, startAuthority } from './authority.test.support.ts'
import type { Jwks, JwksOptions } from './index.ts'
import { makeKey, mint } from './keys.test.support.ts'
import { stopTime, until } from './time.test.support.ts'

const known = { kid: 'first', alg: 'ES256' }
let last = 0
const unknown = () => ({ kid: `unknown-${++last}`, alg: 'ES256' })

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

/** Tokens with unknown key ids, so many in every 100 ms. */
async function flood(as: Authority, jwks: Jwks, ms: number, count = 5): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    for (let index = 0; index < count; index++) void ask(jwks, unknown())
    await as.advance(100)
  }
}

const ask = async (jwks: Jwks, key: { kid: string | undefined; alg: string }) =>
  (async () => jwks.find(key))().then(
    (keys) => (keys.length > 0 ? 'found' : 'unknown'),
    () => 'unavailable',
  )

describe('an unknown key id', () => {
  it('KEYS-3: is fetched for at once after a quiet time, and its key is found', async () => {
    const { as, jwks } = await start()
    const next = makeKey('next')
    as.keys = [...as.keys, next]
    expect(await as.ask(jwks, next)).toEqual({ answer: 'found', waitedMs: 0 })
    expect(as.fetches).toBe(1)
    expect(as.requests[0]!.headers['cache-control']).toBe('no-cache')
  })

  it('KEYS-3: is refused when the fetch brings nothing', async () => {
    const { as, jwks } = await start()
    expect(await as.ask(jwks, unknown())).toEqual({ answer: 'unknown', waitedMs: 0 })
    expect(as.fetches).toBe(1)
  })

  it('KEYS-3: after a burst of 1,000, causes 3 fetches in 5 s, and a key rotated right then is found within 3 s', async () => {
    const { as, jwks } = await start()
    const burst = Array.from({ length: 1_000 }, () => ask(jwks, unknown()))
    await until(() => as.isSettled)
    const next = makeKey('next')
    as.keys = [next]
    const { answer, waitedMs } = await as.ask(jwks, next)
    expect(answer).toBe('found')
    expect(waitedMs).toBeLessThanOrEqual(2_000)
    await as.advance(5_000 - waitedMs)
    expect(new Set(await Promise.all(burst))).toEqual(new Set(['unknown']))
    expect(as.fetches).toBeLessThanOrEqual(3)
  })

  it('KEYS-3: is fetched for once in 15 s in an endless flood, at most 5 times a minute', async () => {
    const { as, jwks } = await start()
    const begin = performance.now()
    await flood(as, jwks, 240_000)
    const times = as.requests.map(({ at }) => at - begin)
    for (let minute = 1; minute < 4; minute++) {
      expect(times.filter((at) => at >= minute * 60_000 && at < (minute + 1) * 60_000).length).toBeLessThanOrEqual(5)
    }
    expect(times.length).toBeLessThanOrEqual(24)
  })

  it('KEYS-3: in an endless flood, is found within 15 s of its publication, whether or not somebody asks again', async () => {
    const { as, jwks } = await start()
    await flood(as, jwks, 62_000)
    for (const isQuiet of [false, true]) {
      const next = makeKey('next')
      as.keys = [...as.keys, next]
      const publishedAt = performance.now()
      const isKnown = () => jwks.inspect().keys.some(({ thumbprint }) => thumbprint === next.thumbprint)
      await flood(as, jwks, 100)
      while (!isKnown()) await (isQuiet ? as.advance(100) : flood(as, jwks, 100))
      expect(performance.now() - publishedAt).toBeLessThanOrEqual(15_000)
      await flood(as, jwks, 62_000)
    }
  })

  it('KEYS-3: makes up for a refused fetch by itself', async () => {
    const { as, jwks } = await start({ unknownKeyWaitMs: 0 })
    const { ofType } = listen(jwks)
    await ask(jwks, unknown())
    await until(() => as.isSettled)
    const next = makeKey('next')
    as.keys = [next]
    expect(await ask(jwks, next)).toBe('unknown')
    expect(as.fetches).toBe(1)
    expect(ofType('cooldown')).toMatchObject([{ fetchInMs: expect.closeTo(950, -1) }])
    await as.advance(1_000)
    expect(as.fetches).toBe(2)
    expect(await ask(jwks, next)).toBe('found')
  })

  it('KEYS-3: makes up for a fetch that was refused while another one was under way', async () => {
    const { as, jwks } = await start()
    const early = makeKey('early')
    for (let time = 0; time < 3; time++) {
      await as.ask(jwks, early)
      await as.advance(jwks.inspect().cooldownMs)
    }
    let finish: (() => void) | undefined
    as.answer = (response, request, authority) => {
      authority.hold(response)
      finish = () => answers.keySet(response, request, authority)
    }
    void ask(jwks, unknown())
    await until(() => finish !== undefined)
    expect(jwks.find(early)).toEqual([])
    as.answer = undefined
    finish!()
    await until(() => !jwks.inspect().fetching)
    as.keys = [...as.keys, early]
    await as.advance(15_000)
    expect(jwks.find(early)).toHaveLength(1)
  })

  it('KEYS-3: never slows tokens with known ones', async () => {
    const { as, jwks } = await start()
    as.answer = answers.hang
    await flood(as, jwks, 4_000, 300)
    expect(jwks.inspect().fetching).toBe(true)
    expect(jwks.find(known)).toHaveLength(1)
  })

  it('KEYS-3: waits for a fetch that is in flight, at most 2 s', async () => {
    const { as, jwks } = await start()
    as.answer = answers.hang
    expect(await as.ask(jwks, unknown())).toEqual({ answer: 'jwks_unavailable', waitedMs: 2_000 })
    expect(jwks.inspect().fetching).toBe(true)
    expect(await as.ask(jwks, unknown())).toEqual({ answer: 'jwks_unavailable', waitedMs: 2_000 })
    expect(as.fetches).toBe(1)
  })

  it('KEYS-3: waits as long as unknownKeyWaitMs says', async () => {
    const { as, jwks } = await start({ unknownKeyWaitMs: 500 })
    as.answer = answers.hang
    expect(await as.ask(jwks, unknown())).toEqual({ answer: 'jwks_unavailable', waitedMs: 500 })
  })

  it('KEYS-3: does not wait for a fetch that is due later than that', async () => {
    const { as, jwks } = await start()
    await flood(as, jwks, 8_000)
    expect(jwks.inspect().cooldownMs).toBeGreaterThan(2_000)
    expect(await as.ask(jwks, unknown())).toEqual({ answer: 'unknown', waitedMs: 0 })
  })

  it('KEYS-3: does not take the answer to an older request for its own', async () => {
    const { as, jwks } = await start()
    const next = makeKey('next')
    const finish: (() => void)[] = []
    as.answer = (response, _request, authority) => {
      const { keys } = authority
      authority.hold(response)
      finish.push(() => response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) })))
    }
    void ask(jwks, unknown())
    await until(() => finish.length === 1)
    as.keys = [next]
    const asked = as.ask(jwks, next)
    as.answer = undefined
    finish[0]!()
    expect(await asked).toMatchObject({ answer: 'found' })
    expect(as.fetches).toBe(2)
  })

  it('KEYS-3, DOS-2: lets 1,000 wait, and answers the rest at once', async () => {
    const { as, jwks } = await start()
    as.answer = answers.hang
    const answersOf = Array.from({ length: 1_200 }, () => {
      const found = jwks.find(unknown())
      if (found instanceof Promise) found.catch(() => {})
      return found
    })
    expect(answersOf.filter((found) => found instanceof Promise)).toHaveLength(1_000)
    expect(jwks.inspect().waiting).toBe(1_000)
    await as.advance(2_000)
    expect(jwks.inspect().waiting).toBe(0)
  })

  it('KEYS-3: that three fetches did not bring is not waited for any more, until a new key comes', async () => {
    const { as, jwks } = await start()
    const early = makeKey('early')
    for (let time = 0; time < 3; time++) {
      expect(jwks.find(early)).toBeInstanceOf(Promise)
      const many = Array.from({ length: 50 }, () => as.ask(jwks, early))
      for (const { answer } of await Promise.all(many)) expect(answer).toBe('unknown')
      await as.advance(jwks.inspect().cooldownMs)
    }
    expect(as.fetches).toBe(3)
    expect(jwks.find(early)).toEqual([])
    as.keys = [...as.keys, makeKey('other')]
    await as.advance(15_000)
    as.keys = [...as.keys, early]
    expect(await as.ask(jwks, early)).toMatchObject({ answer: 'found' })
  })

  it('KEYS-3: gets another chance after a quiet minute', async () => {
    const { as, jwks } = await start()
    const early = makeKey('early')
    for (let time = 0; time < 5; time++) {
      await as.ask(jwks, early)
      await as.advance(jwks.inspect().cooldownMs)
    }
    expect(jwks.find(early)).toEqual([])
    await as.advance(75_000)
    as.keys = [...as.keys, early]
    expect(await as.ask(jwks, early)).toEqual({ answer: 'found', waitedMs: 0 })
  })

  it('KEYS-7: is 503 while the last fetch failed, and 401 as soon as one succeeds', async () => {
    const { as, jwks } = await start()
    for (const answer of [answers.cut, answers.status(500), answers.body('<html>'), answers.body('{"keys":[]}')]) {
      as.answer = answer
      const { fetches } = as
      expect(await as.ask(jwks, unknown())).toMatchObject({ answer: 'jwks_unavailable' })
      await as.advance(15_000)
      expect(as.fetches).toBeGreaterThan(fetches)
    }
    as.answer = undefined
    await as.advance(15_000)
    expect(await as.ask(jwks, unknown())).toMatchObject({ answer: 'unknown' })
  })

  it('KEYS-7: waits for the next try when that is near', async () => {
    const { as, jwks } = await start()
    const next = makeKey('next')
    as.keys = [next]
    as.answer = (response, _request, authority) => {
      authority.answer = undefined
      answers.cut(response)
    }
    const { answer, waitedMs } = await as.ask(jwks, next)
    expect(answer).toBe('found')
    expect(waitedMs).toBeGreaterThan(0)
    expect(as.fetches).toBe(2)
  })

  it('is told in an event, once a second, and so is the cool-down', async () => {
    const { as, jwks } = await start()
    const { ofType } = listen(jwks)
    await flood(as, jwks, 3_000, 100)
    expect(ofType('unknownKey')).toHaveLength(3)
    expect(ofType('unknownKey')[1]).toMatchObject({ unreported: 999 })
    expect(ofType('cooldown').length).toBeLessThanOrEqual(3)
  })

  it.each([
    ['a kid that is too long', 'x'.repeat(513), 'ES256'],
    ['a kid that is no text', 5, 'ES256'],
    ['an alg that no key has', 'new', 'HS256'],
    ['the alg none', 'new', 'none'],
    ['no alg', 'new', undefined],
    ['no kid, and an alg that no key has', undefined, 'HS256'],
  ])('JOSE-8: causes no fetch with %s', async (_, kid, alg) => {
    const { as, jwks } = await start()
    expect(jwks.find({ kid: kid as string, alg })).toEqual([])
    await as.advance(60_000)
    expect(as.fetches).toBe(0)
  })

  it('may be none: a token without kid waits for a key that suits its alg', async () => {
    const { as, jwks } = await start()
    const next = makeKey('next', 'EdDSA')
    as.keys = [...as.keys, next]
    expect(await as.ask(jwks, { kid: undefined, alg: 'EdDSA' })).toEqual({ answer: 'found', waitedMs: 0 })
  })

  it('KEYS-3: with a valid token is verified by jose after the wait, not refused', async () => {
    const { as, jwks } = await start()
    await ask(jwks, unknown())
    const next = makeKey('next')
    as.keys = [next]
    const verified = jwtVerify(await mint(next), jwks)
    await as.advance(1_000)
    expect((await verified).payload['scope']).toBe('read')
  })
})
