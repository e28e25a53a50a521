import { errors, jwtVerify } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { answers, listen, startAuthority } from './authority.test.support.ts'
import { createJwks, JwksConfigurationError, type JwksListener, JwksUnavailableError } from './index.ts'
import { makeKey, mint } from './keys.test.support.ts'
import { stopTime, until } from './time.test.support.ts'

describe('createJwks', () => {
  it('is the getKey function of jose', async () => {
    const as = await startAuthority(makeKey('ec'), makeKey('okp', 'EdDSA'))
    const jwks = as.open()
    for (const key of as.keys) {
      const { payload, protectedHeader } = await jwtVerify(await mint(key), jwks)
      expect(payload['scope']).toBe('read')
      expect(protectedHeader.kid).toBe(key.kid)
    }
    expect(as.fetches).toBe(1)
  })

  it('lets jose refuse what nobody, or somebody else, has signed', async () => {
    const as = await startAuthority()
    const jwks = as.open()
    await expect(jwtVerify(await mint(makeKey('first')), jwks)).rejects.toThrow(errors.JWSSignatureVerificationFailed)
    await expect(jwtVerify(await mint(makeKey('stranger')), jwks)).rejects.toThrow(errors.JWKSNoMatchingKey)
  })

  it('KEYS-4: has an error of its own for keys that cannot be had, which is no verdict on the token', async () => {
    const as = await startAuthority()
    as.answer = answers.cut
    const refused = expect(jwtVerify(await mint(as.keys[0]!), as.open())).rejects
    await refused.toThrow(JwksUnavailableError)
  })

  it('JOSE-9: lets jose try the keys of a duplicated kid, in their order', async () => {
    const twins = [makeKey('twin'), makeKey('twin')]
    const as = await startAuthority(...twins)
    const jwks = as.open()
    const token = await mint(twins[1]!)
    const error: unknown = await jwtVerify(token, jwks).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(errors.JWKSMultipleMatchingKeys)
    const outcomes = []
    for await (const key of error as errors.JWKSMultipleMatchingKeys) {
      outcomes.push(
        await jwtVerify(token, key).then(
          () => 'verified',
          () => 'refused',
        ),
      )
    }
    expect(outcomes).toEqual(['refused', 'verified'])
  })

  it('finds the keys of an issuer, by its metadata', async () => {
    const as = await startAuthority()
    const jwks = as.open({}, { issuer: as.issuer })
    await jwtVerify(await mint(as.keys[0]!), jwks)
    expect(as.requests.map(({ path }) => path)).toEqual(['/.well-known/oauth-authorization-server', '/jwks'])
    expect(jwks.inspect()).toMatchObject({ source: as.issuer, jwksUri: as.url })
  })

  it('fetches nothing before the first use', async () => {
    stopTime()
    const as = await startAuthority()
    const jwks = as.open()
    await as.advance(3_600_000)
    expect(as.requests).toEqual([])
    expect(jwks.inspect()).toMatchObject({ status: 'unavailable', nextRefreshInMs: undefined, fetching: false })
    await jwks.ready()
    expect(as.fetches).toBe(1)
  })

  it('answers known keys at once, without a promise', async () => {
    const as = await startAuthority()
    const jwks = as.open()
    expect(jwks.find({ kid: 'first', alg: 'ES256' })).toBeInstanceOf(Promise)
    await jwks.ready()
    const found = jwks.find({ kid: 'first', alg: 'ES256' })
    expect(found).toMatchObject([{ kid: 'first', thumbprint: as.keys[0]!.thumbprint }])
    expect(jwks.find({ kid: 'first', alg: 'ES256' })).toBe(found)
  })

  it('makes one fetch for a cold herd of 1,000, from ten sources', async () => {
    const as = await startAuthority()
    const sources = Array.from({ length: 10 }, () => as.open())
    const ask = async (index: number) => sources[index % 10]!.find({ kid: 'first', alg: 'ES256' })
    const asked = Array.from({ length: 1_000 }, (_, index) => ask(index))
    for (const found of await Promise.all(asked)) expect(found).toHaveLength(1)
    expect(as.fetches).toBe(1)
  })

  it('shares a fetcher among sources with the same arguments only', async () => {
    const as = await startAuthority()
    const sources = [
      as.open(),
      as.open({ maxKeys: 100 }),
      as.open({}, new URL(as.url)),
      as.open({}, { jwksUri: as.url }),
      as.open({ maxKeys: 99 }),
    ]
    await Promise.all(sources.map((jwks) => jwks.ready()))
    expect(as.fetches).toBe(2)
  })

  it('refuses wrong arguments by name, before anything is fetched', () => {
    expect(() => createJwks('http://as.example/jwks')).toThrow(JwksConfigurationError)
    expect(() => createJwks('https://as.example/jwks', { timeoutMs: 5 })).toThrow('timeoutMs: got 5, takes')
    expect(() => createJwks('https://as.example/jwks', null as never)).toThrow('options: got null')
  })
})

describe('ready', () => {
  it('waits for the first set, and rejects as long as there is none', async () => {
    stopTime()
    const as = await startAuthority()
    as.answer = answers.status(503, { 'retry-after': '20' })
    const jwks = as.open()
    const { retryAfterSeconds, message } = (await jwks
      .ready()
      .catch((error: JwksUnavailableError) => error)) as JwksUnavailableError
    expect(retryAfterSeconds).toBe(20)
    expect(message).toBe(`the keys of ${as.url} are unavailable: ${as.url} answered 503`)
    await as.advance(19_000)
    await expect(jwks.ready()).rejects.toMatchObject({ code: 'jwks_unavailable', retryAfterSeconds: 1 })
    expect(as.fetches).toBe(1)
    as.answer = undefined
    await as.advance(1_000)
    await jwks.ready()
    expect(jwks.inspect().status).toBe('fresh')
  })
})

describe('inspect', () => {
  it('gives a plain summary', async () => {
    stopTime()
    const as = await startAuthority()
    const jwks = as.open({}, `${as.url}?key=secret`)
    as.answer = answers.keySet
    await jwks.ready()
    await as.advance(1_000)
    const state = jwks.inspect()
    expect(state).toEqual({
      source: as.url,
      jwksUri: as.url,
      status: 'fresh',
      keys: [{ kid: 'first', kty: 'EC', crv: 'P-256', alg: 'ES256', thumbprint: as.keys[0]!.thumbprint }],
      ageMs: 1_000,
      usableForMs: 86_399_000,
      fetching: false,
      nextRefreshInMs: expect.closeTo(525_000 - 1_000, -5),
      cooldownMs: 0,
      failures: 0,
      lastError: undefined,
      waiting: 0,
    })
    expect(JSON.parse(JSON.stringify(state))).toMatchObject({ ageMs: 1_000 })
  })

  it('tells the last error until a refresh succeeds', async () => {
    stopTime()
    const as = await startAuthority()
    const jwks = as.open()
    await jwks.ready()
    as.answer = answers.status(500)
    await as.advance(600_000)
    expect(jwks.inspect()).toMatchObject({
      status: 'stale',
      failures: expect.toSatisfy((count: number) => count > 2),
      lastError: { reason: 'status', detail: `${as.url} answered 500`, status: 500 },
    })
    as.answer = undefined
    await as.advance(60_000)
    expect(jwks.inspect()).toMatchObject({ status: 'fresh', failures: 0, lastError: undefined })
  })
})

describe('close', () => {
  it('ends one source, and the fetcher with the last', async () => {
    stopTime()
    const as = await startAuthority()
    const [one, other] = [as.open(), as.open()]
    await one.ready()
    one.close()
    one.close()
    expect(one.inspect().status).toBe('closed')
    await expect(one.ready()).rejects.toThrow('this source of keys is closed')
    expect(() => one.find({ kid: 'first', alg: 'ES256' })).toThrow(JwksUnavailableError)
    expect(other.find({ kid: 'first', alg: 'ES256' })).toHaveLength(1)
    await as.advance(1_800_000)
    expect(as.fetches).toBeGreaterThan(2)
    other.close()
    const { fetches } = as
    expect(vi.getTimerCount()).toBe(0)
    await as.advance(1_800_000)
    expect(as.fetches).toBe(fetches)
    const again = as.open()
    await again.ready()
    expect(again.inspect().status).toBe('fresh')
  })

  it('answers those who wait, and leaves no timer, socket or fetch', async () => {
    stopTime()
    const as = await startAuthority()
    as.answer = answers.hang
    const jwks = as.open()
    const waiting = jwks.ready()
    await until(() => as.isHolding)
    jwks.close()
    await expect(waiting).rejects.toThrow(`the keys of ${as.url} are closed`)
    await until(() => !as.isHolding)
    expect(vi.getTimerCount()).toBe(0)
    await until(() => !process.getActiveResourcesInfo().includes('TCPSocketWrap'))
    expect(jwks.inspect()).toMatchObject({ status: 'closed', fetching: false, waiting: 0, nextRefreshInMs: undefined })
  })

  it('ends the subscriptions that were made with this source, and no others', async () => {
    const as = await startAuthority()
    const [one, other] = [as.open(), as.open()]
    const [first, second, third] = [vi.fn<JwksListener>(), vi.fn<JwksListener>(), vi.fn<JwksListener>()]
    one.subscribe(first)
    other.subscribe(second)
    other.subscribe(third)()
    one.close()
    await other.ready()
    expect(first).not.toHaveBeenCalled()
    expect(second).toHaveBeenCalled()
    expect(third).not.toHaveBeenCalled()
  })
})

describe('events', () => {
  it('tell of a fetch and its keys, also of those that are wrong', async () => {
    const as = await startAuthority()
    const exposed = { ...makeKey('exposed').privateKey.export({ format: 'jwk' }), kid: 'exposed' }
    const keys = [as.keys[0]!.jwk, exposed, { kty: 'oct', k: 'c2VjcmV0', kid: 'oct\u0007' }]
    as.answer = answers.body(JSON.stringify({ keys }))
    const jwks = as.open()
    const { all } = listen(jwks)
    await jwks.ready()
    await until(() => all.length >= 5)
    expect(all).toEqual([
      {
        type: 'fetched',
        source: as.url,
        from: 'origin',
        notModified: false,
        keys: 2,
        durationMs: expect.any(Number),
        nextRefreshInMs: expect.any(Number),
      },
      { type: 'keyAdded', source: as.url, key: expect.objectContaining({ kid: 'first' }) },
      { type: 'keyAdded', source: as.url, key: expect.objectContaining({ kid: 'exposed', alg: undefined }) },
      { type: 'keySkipped', source: as.url, kid: 'oct?', reason: expect.stringContaining('symmetric') },
      { type: 'privateKeyExposed', source: as.url, kid: 'exposed', thumbprint: jwks.inspect().keys[1]!.thumbprint },
    ])
    const text = JSON.stringify(all)
    for (const secret of [exposed.d, exposed.x, 'c2VjcmV0']) expect(text).not.toContain(String(secret))
  })
})
