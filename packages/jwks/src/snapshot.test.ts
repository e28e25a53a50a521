import { describe, expect, it, vi } from 'vitest'
import { distrustKey } from './distrust.ts'
import { importKeyEntries } from './import-keys.ts'
import { makeKey, rsaJwk } from './keys.test.support.ts'
import { normalizeOptions } from './options.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import { normalizeSource } from './source.ts'
import { stopTime } from './time.test.support.ts'

const now = Date.parse('2026-11-17T12:00:00.000Z')
const jwksUri = 'https://as.example/jwks'
const source = normalizeSource({ issuer: 'https://as.example' })
const key = makeKey('a')
const snapshot = {
  version: 1,
  issuer: 'https://as.example',
  jwksUri,
  fetchedAt: '2026-11-17T11:50:00.000Z',
  freshForMs: 900_000,
  keys: [key.jwk],
}
const { configuration } = normalizeOptions({})

function read(value: unknown, known?: string) {
  stopTime()
  vi.setSystemTime(now)
  return readSnapshot(value, source, known, configuration)
}

describe('readSnapshot', () => {
  it('KEYS-9: takes a set with the age it has since its fetch', () => {
    const { entries, ...rest } = read(snapshot)
    expect(rest).toEqual({ jwksUri, ageMs: 600_000, freshnessMs: 900_000 })
    expect(entries.map(({ thumbprint }) => thumbprint)).toEqual([key.thumbprint])
    expect(read(snapshot, jwksUri).entries).toHaveLength(1)
  })

  it('KEYS-9: bounds how long it is fresh, as a response is bounded', () => {
    expect(read({ ...snapshot, freshForMs: 1e12 }).freshnessMs).toBe(3_600_000)
    expect(read({ ...snapshot, freshForMs: 0 }).freshnessMs).toBe(75_000)
    expect(read({ ...snapshot, freshForMs: undefined }).freshnessMs).toBe(600_000)
  })

  it.each([
    ['nothing', null, 'malformed'],
    ['a text', JSON.stringify(snapshot), 'malformed'],
    ['a list', [snapshot], 'malformed'],
    ['another version', { ...snapshot, version: 2 }, 'malformed'],
    ['no URL', { ...snapshot, jwksUri: undefined }, 'malformed'],
    ['no date', { ...snapshot, fetchedAt: undefined }, 'malformed'],
    ['a date that is none', { ...snapshot, fetchedAt: 'yesterday' }, 'malformed'],
    ['a date as a number', { ...snapshot, fetchedAt: now }, 'malformed'],
    ['a freshness that is none', { ...snapshot, freshForMs: '5' }, 'malformed'],
    ['a negative freshness', { ...snapshot, freshForMs: -5 }, 'malformed'],
    ['no keys', { ...snapshot, keys: undefined }, 'malformed'],
    ['too many keys', { ...snapshot, keys: Array.from({ length: 101 }, () => key.jwk) }, 'malformed'],
    ['another issuer', { ...snapshot, issuer: 'https://as.example/' }, 'other_source'],
    ['no issuer', { ...snapshot, issuer: undefined }, 'other_source'],
    ['a URL that is never fetched', { ...snapshot, jwksUri: 'http://as.example/jwks' }, 'other_source'],
    ['a URL that is none', { ...snapshot, jwksUri: 'jwks' }, 'other_source'],
    ['a date in the future', { ...snapshot, fetchedAt: '2026-11-17T12:00:10.001Z' }, 'future_dated'],
    ['a date too long ago', { ...snapshot, fetchedAt: '2026-11-16T12:00:00.000Z' }, 'too_old'],
    ['an empty set', { ...snapshot, keys: [] }, 'no_usable_key'],
    ['weak keys', { ...snapshot, keys: [rsaJwk(1_024), { kty: 'oct', k: 'AAAA' }] }, 'no_usable_key'],
  ])('KEYS-9: refuses %s', (_, value, reason) => {
    expect(() => read(value)).toThrow(reason)
  })

  it('KEYS-9: refuses another URL than the source is known to have', () => {
    expect(() => read(snapshot, 'https://as.example/keys')).toThrow('other_source')
  })

  it('KEYS-9: takes what is dated by a clock a little ahead, as if it were of now', () => {
    expect(read({ ...snapshot, fetchedAt: '2026-11-17T12:00:10.000Z' }).ageMs).toBe(0)
  })
})

describe('writeSnapshot', () => {
  it('KEYS-9: writes public members, dated by the fetch, that are read again as they were', () => {
    stopTime()
    vi.setSystemTime(now)
    const published = { ...key.privateKey.export({ format: 'jwk' }), kid: 'a', alg: 'ES256' }
    const entries = importKeyEntries({ keys: [published, makeKey('b', 'EdDSA').jwk, rsaJwk()] }, {})
    const origin = { issuer: 'https://as.example', jwksUri }
    const written = writeSnapshot(entries, origin, { ageMs: 600_000, freshnessMs: 900_000 })
    expect(JSON.stringify(written)).not.toContain(String(published.d))
    expect(written).toMatchObject({
      ...snapshot,
      keys: [key.jwk, { kty: 'OKP', kid: 'b' }, { kty: 'RSA', use: 'sig' }],
    })
    const again = readSnapshot(JSON.parse(JSON.stringify(written)), source, jwksUri, configuration)
    expect(again.entries.map(({ identity }) => identity)).toEqual(entries.map(({ identity }) => identity))
    expect(again).toMatchObject({ ageMs: 600_000, freshnessMs: 900_000 })
  })

  it('KEYS-5, KEYS-10: leaves out keys that are withdrawn or distrusted', () => {
    const [withdrawn, distrusted] = [makeKey('withdrawn'), makeKey('distrusted')]
    const entries = importKeyEntries({ keys: [withdrawn.jwk, distrusted.jwk, key.jwk] }, {})
    entries[0]!.withdraw()
    distrustKey(distrusted.thumbprint, 'thumbprint')
    const written = writeSnapshot(entries, { issuer: undefined, jwksUri }, { ageMs: 0, freshnessMs: 1 })
    expect(written.keys.map((jwk) => jwk['kid'])).toEqual(['a'])
    expect('issuer' in written).toBe(false)
  })
})
