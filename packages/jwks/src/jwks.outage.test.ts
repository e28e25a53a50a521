import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Answer, answers, type Authority, listen, startAuthority } from './authority.test.support.ts'
import type { Jwks, JwksOptions } from './index.ts'
import { makeKey } from './keys.test.support.ts'
import { stopTime, until } from './time.test.support.ts'

const hour = 3_600_000
const wanted = { kid: 'first', alg: 'ES256' }

/** Whether the known key is answered at this moment, without asking anybody. */
const isServed = (jwks: Jwks) => {
  const found = jwks.find(wanted)
  return !(found instanceof Promise) && found.length === 1
}

async function start(options: JwksOptions = {}): Promise<{ as: Authority; jwks: Jwks }> {
  stopTime()
  const as = await startAuthority()
  const jwks = as.open(options)
  await jwks.ready()
  return { as, jwks }
}

const faults: Readonly<Record<string, Answer>> = {
  'cuts every connection': answers.cut,
  hangs: answers.hang,
  drips: answers.drip,
  'answers 500': answers.status(500),
  'answers 503': answers.status(503),
  'answers 404': answers.status(404),
  'answers 401': answers.status(401),
  'answers 204': answers.status(204),
  'answers 304 to nobody': answers.status(304),
  'sends garbage': answers.body(Uint8Array.of(0, 1, 2, 0xff, 0xfe)),
  'sends half a set': answers.body('{"keys":[{"kty":"EC"'),
  'sends HTML': answers.body('<!doctype html><title>Down for maintenance</title>', { 'content-type': 'text/html' }),
  'sends nothing': answers.body(''),
  'sends another document': answers.body('{"issuer":"https://as.example"}'),
  'sends an empty set': answers.body('{"keys":[]}'),
  'sends a set of unusable keys': answers.body('{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"RSA","n":"AA","e":"AQAB"}]}'),
  'sends 101 keys': answers.body(JSON.stringify({ keys: Array.from({ length: 101 }, () => ({ kty: 'EC' })) })),
  'sends too much': answers.body(`{"keys":[],"x":"${'x'.repeat(600_000)}"}`),
  'sends a gzip bomb': answers.body(gzipSync(Buffer.alloc(50_000_000, ' ')), { 'content-encoding': 'gzip' }),
  'sends JSON of 100,000 levels': answers.body(`{"keys":${'['.repeat(100_000)}`),
  'redirects to another origin': answers.redirect('https://evil.example/jwks'),
  'redirects in a circle': answers.redirect('/jwks'),
}

describe('an authorization server', () => {
  it.each(Object.entries(faults))('KEYS-4: that %s for an hour fails no valid request', async (_, fault) => {
    const { as, jwks } = await start()
    const { ofType } = listen(jwks)
    as.answer = fault
    for (let minute = 0; minute < 70; minute++) {
      await as.advance(60_000)
      expect(isServed(jwks)).toBe(true)
    }
    expect(jwks.inspect().status).toBe('stale')
    expect(ofType('refreshFailed').length).toBeGreaterThan(50)
    expect(ofType('stale')).toHaveLength(1)
    expect(as.fetches).toBeLessThan(500)
    as.answer = undefined
    await as.advance(60_000)
    expect(jwks.inspect()).toMatchObject({ status: 'fresh', failures: 0 })
    expect(ofType('keyWithdrawn')).toEqual([])
  })

  it('KEYS-4: that has closed its port for an hour fails no valid request', async () => {
    const { as, jwks } = await start()
    const { ofType } = listen(jwks)
    await as.stop()
    for (let minute = 0; minute < 70; minute++) {
      await as.advance(60_000)
      expect(isServed(jwks)).toBe(true)
    }
    expect(new Set(ofType('refreshFailed').map(({ detail }) => detail))).toEqual(new Set(['ECONNREFUSED']))
    await as.listen()
    await as.advance(60_000)
    expect(jwks.inspect().status).toBe('fresh')
  })

  it('KEYS-4: that comes and goes fails no valid request', async () => {
    const { as, jwks } = await start()
    const usual = Object.values(faults)
    for (let minute = 0; minute < 180; minute++) {
      as.answer = minute % 3 === 0 ? undefined : usual[minute % usual.length]
      await as.advance(60_000)
      expect(isServed(jwks)).toBe(true)
    }
    as.answer = undefined
    await as.advance(60_000)
    expect(jwks.inspect().status).toBe('fresh')
  })

  it('KEYS-4: that is down before there was a set makes requests wait for nothing: 503, and when to try again', async () => {
    stopTime()
    const as = await startAuthority()
    as.answer = answers.status(503)
    const jwks = as.open()
    const asked = Array.from({ length: 1_000 }, () => as.ask(jwks, wanted))
    for (const { answer } of await Promise.all(asked)) expect(answer).toBe('jwks_unavailable')
    expect(as.fetches).toBe(1)
    for (let second = 0; second < 60; second++) {
      for (let time = 0; time < 20; time++)
        await expect((async () => jwks.find(wanted))()).rejects.toMatchObject({
          code: 'jwks_unavailable',
          retryAfterSeconds: expect.toSatisfy((seconds: number) => seconds >= 1 && seconds <= 15),
        })
      await as.advance(1_000)
    }
    expect(as.fetches).toBeLessThanOrEqual(11)
    as.answer = undefined
    await as.advance(15_000)
    expect(isServed(jwks)).toBe(true)
  })

  it('KEYS-4: that is down is asked again ever more rarely, at most once in 30 s in the end', async () => {
    const { as } = await start()
    as.answer = answers.status(500)
    await as.advance(2 * hour)
    const times = as.requests.slice(1).map(({ at }) => at)
    const pauses = times.slice(1).map((at, index) => at - times[index]!)
    for (const [index, pause] of pauses.entries()) {
      const backoff = Math.min(1_000 * 2 ** index, 60_000)
      expect(pause).toBeGreaterThanOrEqual(backoff / 2)
      expect(pause).toBeLessThanOrEqual(backoff + 1)
    }
  })

  it('KEYS-4: that asks for a pause gets it', async () => {
    const { as, jwks } = await start()
    as.answer = answers.status(429, { 'retry-after': '300' })
    while (as.fetches < 2) await as.advance(1_000)
    await as.advance(270_000)
    expect(await as.ask(jwks, makeKey('new'))).toMatchObject({ answer: 'jwks_unavailable', waitedMs: 0 })
    expect(as.fetches).toBe(2)
    as.answer = undefined
    await as.advance(300_000)
    expect(as.fetches).toBeGreaterThan(2)
    expect(jwks.inspect().failures).toBe(0)
  })

  it('KEYS-4: that is down for 24 hours ends the keys, and every verdict made with them', async () => {
    const { as, jwks } = await start({ maxRetryDelayMs: hour })
    const { ofType } = listen(jwks)
    const [entry] = (await jwks.find(wanted))!
    as.answer = answers.cut
    await as.advance(24 * hour - 1_000)
    expect(isServed(jwks)).toBe(true)
    expect(entry!.withdrawn).toBe(false)
    await as.advance(1_000)
    expect(entry!.withdrawn).toBe(true)
    expect(await as.ask(jwks, wanted)).toMatchObject({ answer: 'jwks_unavailable' })
    expect(ofType('keyWithdrawn')).toMatchObject([{ key: { kid: 'first' }, reason: 'too_old' }])
    expect(jwks.inspect()).toMatchObject({ status: 'unavailable', keys: [], ageMs: undefined, usableForMs: 0 })
    expect(jwks.snapshot()).toBeUndefined()
    as.answer = undefined
    await as.advance(15_000)
    expect(await as.ask(jwks, wanted)).toMatchObject({ answer: 'found' })
    expect(entry!.withdrawn).toBe(true)
  })

  it('KEYS-4: that comes back after the keys have ended is not asked with their ETag', async () => {
    stopTime()
    const as = await startAuthority()
    as.headers = { etag: '"1"' }
    const jwks = as.open({ maxStaleMs: hour })
    await jwks.ready()
    as.answer = answers.cut
    await as.advance(hour)
    as.requests.length = 0
    as.answer = undefined
    expect(await as.ask(jwks, wanted)).toMatchObject({ answer: 'found' })
    expect(as.requests[0]!.headers).not.toHaveProperty('if-none-match')
  })

  it('KEYS-4: that is down ends the keys after maxStaleMs', async () => {
    const { as, jwks } = await start({ maxStaleMs: hour })
    as.answer = answers.cut
    await as.advance(hour - 1_000)
    expect(isServed(jwks)).toBe(true)
    await as.advance(1_000)
    expect(await as.ask(jwks, wanted)).toMatchObject({ answer: 'jwks_unavailable' })
  })

  it('KEYS-5: that publishes an empty set withdraws all keys when an option says so', async () => {
    const { as, jwks } = await start({ acceptEmptySet: true })
    const { ofType } = listen(jwks)
    as.answer = answers.body('{"keys":[]}')
    await as.advance(600_000)
    expect(ofType('keyWithdrawn')).toMatchObject([{ reason: 'absent' }])
    expect(await as.ask(jwks, wanted)).toMatchObject({ answer: 'unknown' })
    expect(jwks.inspect()).toMatchObject({ status: 'fresh', keys: [], lastError: undefined })
  })

  it('KEYS-1: that hangs, or drips, is given up after 5 s in all, and its socket is gone', async () => {
    for (const answer of [answers.hang, answers.drip]) {
      stopTime()
      const as = await startAuthority()
      as.answer = answer
      const jwks = as.open()
      const waiting = jwks.ready().catch((error: Error) => error.message)
      await until(() => as.isHolding)
      await as.advance(4_999)
      expect(jwks.inspect().fetching).toBe(true)
      await as.advance(1)
      expect(await waiting).toContain('no complete answer within 5000 ms')
      await until(() => !as.isHolding)
    }
  })

  it('KEYS-1: whose metadata, redirects and keys are slow together has 5 s for all of them', async () => {
    stopTime()
    const as = await startAuthority()
    const after =
      (ms: number, answer: Answer): Answer =>
      (response, request, authority) => {
        const timer = setTimeout(() => answer(response, request, authority), ms)
        response.once('close', () => clearTimeout(timer))
        authority.hold(response)
      }
    as.metadata = after(2_000, answers.metadata)
    as.answer = after(2_000, answers.redirect('/jwks/slow'))
    const jwks = as.open({}, { issuer: as.issuer })
    const waiting = jwks.ready().catch((error: Error) => error.message)
    await until(() => as.isHolding)
    await as.advance(4_999)
    expect(as.requests.map(({ path }) => path)).toEqual([expect.any(String), '/jwks', '/jwks/slow'])
    await as.advance(1)
    expect(await waiting).toContain('no complete answer within 5000 ms')
  })
})
