import { describe, expect, it } from 'vitest'
import { type Answer, answers, type Authority, metadataPath, startAuthority } from './authority.test.support.ts'
import type { FetchFault } from './fetch-fault.ts'
import { makeKey } from './keys.test.support.ts'
import { type JwksOptions, normalizeOptions } from './options.ts'
import { Origin, type OriginAnswer } from './origin.ts'
import { type JwksSource, normalizeSource } from './source.ts'
import { advanceTime, stopTime, until } from './time.test.support.ts'

const open = new AbortController().signal

function originOf(as: Authority, options: JwksOptions = {}, source: JwksSource = as.url) {
  const origin = new Origin(normalizeSource(source), normalizeOptions(options).configuration)
  const fetch = (urgent = false) => origin.fetch(urgent, open, () => {})
  return { origin, fetch }
}

const faultOf = (outcome: Promise<OriginAnswer>) =>
  outcome.then(
    () => undefined,
    (error: FetchFault) => error,
  )
const kids = ({ entries }: OriginAnswer) => entries?.map(({ kid }) => kid)

/** Answers 304 to those who have it already. */
const conditional =
  (headers: Readonly<Record<string, string>>): Answer =>
  (response, request, as) => {
    if (request.headers['if-none-match'] === as.headers['etag']) response.writeHead(304, headers).end()
    else answers.keySet(response, request, as)
  }

describe('Origin', () => {
  it('asks with the ETag and the date of the set it has, and takes 304 for its confirmation', async () => {
    const as = await startAuthority()
    as.headers = { etag: 'W/"1"', 'last-modified': 'Tue, 17 Nov 2026 12:00:00 GMT' }
    as.answer = conditional({})
    const { fetch } = originOf(as)
    expect(kids(await fetch())).toEqual(['first'])
    expect(await fetch()).toMatchObject({ entries: undefined, skipped: [], exposed: [] })
    expect(as.requests[0]!.headers).not.toHaveProperty('if-none-match')
    expect(as.requests[1]!.headers).toMatchObject({
      'if-none-match': 'W/"1"',
      'if-modified-since': 'Tue, 17 Nov 2026 12:00:00 GMT',
    })
  })

  it('asks without them when the set in use is another one', async () => {
    const as = await startAuthority()
    as.headers = { etag: '"1"' }
    as.answer = conditional({})
    const { origin, fetch } = originOf(as)
    await fetch()
    origin.forgetValidators()
    expect(kids(await fetch())).toEqual(['first'])
  })

  it('keeps them over a fault, and those of a set that was refused are none', async () => {
    const as = await startAuthority()
    as.headers = { etag: '"1"' }
    const { fetch } = originOf(as)
    await fetch()
    as.answer = answers.body('{"keys":[]}', { etag: '"2"' })
    expect(await faultOf(fetch())).toMatchObject({ reason: 'no_usable_key' })
    as.answer = conditional({})
    expect(await fetch()).toMatchObject({ entries: undefined })
    expect(as.requests[2]!.headers['if-none-match']).toBe('"1"')
  })

  it('takes the freshness of a 304, or what was said before (RFC 9111 §4.3.4)', async () => {
    const as = await startAuthority()
    as.headers = { etag: '"1"', 'cache-control': 'max-age=1800' }
    const { fetch } = originOf(as)
    expect((await fetch()).freshForMs).toBe(1_800_000)
    as.answer = conditional({})
    expect((await fetch()).freshForMs).toBe(1_800_000)
    as.answer = conditional({ 'cache-control': 'max-age=900' })
    expect((await fetch()).freshForMs).toBe(900_000)
  })

  it('bounds the freshness', async () => {
    const as = await startAuthority()
    const { fetch } = originOf(as, { refreshMs: 120_000, minRefreshMs: 60_000, maxRefreshMs: 240_000 })
    const freshness = async (value: string) => {
      as.headers = { 'cache-control': value }
      return (await fetch()).freshForMs
    }
    expect(await freshness('private')).toBe(120_000)
    expect(await freshness('max-age=180')).toBe(180_000)
    expect(await freshness('max-age=86400')).toBe(240_000)
    expect(await freshness('no-store')).toBe(75_000)
  })

  it('asks caches on the way to look again when a key is looked for', async () => {
    const as = await startAuthority()
    const { fetch } = originOf(as)
    await fetch(false)
    await fetch(true)
    expect(as.requests.map(({ headers }) => headers['cache-control'])).toEqual([undefined, 'no-cache'])
  })

  it.each([
    ['an empty set', '{"keys":[]}', 'no_usable_key', 'the key set has no usable key: it is empty'],
    [
      'a set of unusable keys',
      '{"keys":[{"kty":"oct"},{"kty":"x"},5,{}]}',
      'no_usable_key',
      'the key set has no usable key: it is symmetric: such a key is never taken from a key set; its kty is none of RSA, EC, OKP, AKP; it is not an object',
    ],
    ['no set', '{}', 'malformed', 'the key set is refused: it has no array "keys"'],
    ['HTML', '<html>', 'malformed', 'the body is not JSON'],
    ['nothing', '', 'malformed', 'the body is not JSON'],
  ])('KEYS-5: takes %s for a fault', async (_, body, reason, message) => {
    const as = await startAuthority()
    as.answer = answers.body(body)
    expect(await faultOf(originOf(as).fetch())).toMatchObject({ reason, message })
  })

  it('KEYS-5: takes an empty set for an answer when an option says so', async () => {
    const as = await startAuthority()
    as.answer = answers.body('{"keys":[{"kty":"oct"}]}')
    expect(await originOf(as, { acceptEmptySet: true }).fetch()).toMatchObject({ entries: [], skipped: [{}] })
    as.answer = answers.body('{}')
    expect(await faultOf(originOf(as, { acceptEmptySet: true }).fetch())).toMatchObject({ reason: 'malformed' })
  })

  it('KEYS-1: takes as many keys and bytes as the options say', async () => {
    const as = await startAuthority(makeKey('a'), makeKey('b'), makeKey('c'))
    expect(await faultOf(originOf(as, { maxKeys: 2 }).fetch())).toMatchObject({ reason: 'too_many_keys' })
    as.answer = answers.body(' '.repeat(1_025))
    expect(await faultOf(originOf(as, { maxResponseBytes: 1_024 }).fetch())).toMatchObject({ reason: 'too_large' })
  })

  it('does nothing once it is closed', async () => {
    const as = await startAuthority()
    const { origin } = originOf(as)
    expect(await faultOf(origin.fetch(false, AbortSignal.abort(), () => {}))).toMatchObject({ reason: 'network' })
    expect(as.fetches).toBe(0)
  })
})

describe('Origin of an issuer', () => {
  const metadataRequests = (as: Authority) => as.requests.filter(({ path }) => path === metadataPath).length

  it('looks the metadata up once an hour, and after a failure', async () => {
    stopTime()
    const as = await startAuthority()
    const { fetch } = originOf(as, {}, { issuer: as.issuer })
    await fetch()
    await fetch()
    expect(metadataRequests(as)).toBe(1)
    await advanceTime(3_600_000, () => true)
    await fetch()
    expect(metadataRequests(as)).toBe(2)
    as.answer = answers.status(404)
    await faultOf(fetch())
    as.answer = undefined
    await fetch()
    expect(metadataRequests(as)).toBe(3)
  })

  it('fetches the keys although the metadata is gone, and asks for it once a minute', async () => {
    stopTime()
    const as = await startAuthority()
    const { fetch } = originOf(as, {}, { issuer: as.issuer })
    await fetch()
    as.metadata = answers.body('<!doctype html>')
    await advanceTime(3_600_000, () => true)
    for (let time = 0; time < 3; time++) expect(kids(await fetch())).toEqual(['first'])
    expect(metadataRequests(as)).toBe(2)
    await advanceTime(60_000, () => true)
    await fetch()
    expect(metadataRequests(as)).toBe(3)
  })

  it('KEYS-4: fetches the keys although the metadata hangs, within half of the time', async () => {
    stopTime()
    const as = await startAuthority()
    const { fetch } = originOf(as, {}, { issuer: as.issuer })
    await fetch()
    as.metadata = answers.hang
    await advanceTime(3_600_000, () => true)
    const fetched = fetch()
    await until(() => metadataRequests(as) === 2)
    await advanceTime(2_499, () => true)
    expect(as.fetches).toBe(1)
    await advanceTime(1, () => true)
    expect(kids(await fetched)).toEqual(['first'])
  })

  it('fails when the metadata was never there', async () => {
    const as = await startAuthority()
    as.metadata = answers.status(500)
    const { origin, fetch } = originOf(as, {}, { issuer: as.issuer })
    expect(await faultOf(fetch())).toMatchObject({ reason: 'status', status: 500 })
    expect(origin.jwksUri).toBeUndefined()
    as.metadata = undefined
    await fetch()
    expect(origin.jwksUri).toBe(as.url)
  })

  it('follows the keys to another address, and does not ask there with an old ETag', async () => {
    stopTime()
    const as = await startAuthority()
    const other = await startAuthority(makeKey('moved'))
    as.headers = { etag: '"1"' }
    const { origin, fetch } = originOf(as, {}, { issuer: as.issuer })
    await fetch()
    as.metadata = (response, _request, { issuer }) => response.end(JSON.stringify({ issuer, jwks_uri: other.url }))
    await advanceTime(3_600_000, () => true)
    expect(kids(await fetch())).toEqual(['moved'])
    expect(origin.jwksUri).toBe(other.url)
    expect(other.requests[0]!.headers).not.toHaveProperty('if-none-match')
  })
})
