import { describe, expect, it } from 'vitest'
import { JwksConfigurationError } from './configuration-error.ts'
import { normalizeSource } from './source.ts'

const takes = /takes an https URL \(http for loopback hosts only\)/

describe('normalizeSource', () => {
  it.each([
    'https://as.example/jwks',
    'https://as.example:8443/jwks?tenant=a',
    'http://localhost:3000/jwks',
    'http://127.0.0.1/jwks',
    'http://127.8.9.10/jwks',
    'http://[::1]:3000/jwks',
  ])('KEYS-1: takes %s', (url) => {
    expect(normalizeSource(url).jwksUri?.href).toBe(url)
    expect(normalizeSource(new URL(url))).toEqual(normalizeSource(url))
    expect(normalizeSource({ jwksUri: url })).toEqual(normalizeSource(url))
  })

  it.each([
    'http://as.example/jwks',
    'http://localhost.as.example/jwks',
    'http://127.0.0.1.as.example/jwks',
    'http://127.as.example/jwks',
    'http://as.example/127.0.0.1',
    'http://10.0.0.1/jwks',
    'http://[::2]/jwks',
    'http://0.0.0.0/jwks',
    'https://user:secret@as.example/jwks',
    'https://user@as.example/jwks',
    'https://as.example/jwks#keys',
    'ftp://as.example/jwks',
    'file:///etc/passwd',
    'data:application/json,{}',
    'as.example/jwks',
    '//as.example/jwks',
    '',
    `https://as.example/${'a'.repeat(2_048)}`,
  ])('KEYS-1: refuses %s', (url) => {
    expect(() => normalizeSource(url)).toThrow(takes)
    expect(() => normalizeSource({ jwksUri: url })).toThrow(takes)
    expect(() => normalizeSource({ issuer: 'any name', metadataUrl: url })).toThrow(takes)
    expect(() => normalizeSource({ issuer: url })).toThrow(JwksConfigurationError)
  })

  it.each([
    ['https://as.example', ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']],
    ['https://as.example/', ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']],
    [
      'https://as.example/a/b',
      ['/.well-known/oauth-authorization-server/a/b', '/a/b/.well-known/openid-configuration'],
    ],
    ['https://as.example/a/', ['/.well-known/oauth-authorization-server/a', '/a/.well-known/openid-configuration']],
  ])('KEYS-2: looks for the metadata of %s where RFC 8414 §3.1 and OpenID Connect put it', (issuer, paths) => {
    const source = normalizeSource({ issuer })
    expect(source).toMatchObject({ name: issuer, issuer, jwksUri: undefined })
    expect(source.metadataUrls.map(({ href }) => href)).toEqual(paths.map((path) => `https://as.example${path}`))
  })

  it.each(['https://as.example?a=b', 'https://as.example?', 'https://as.example#a', undefined, 5, ''])(
    'KEYS-2: refuses the issuer %s (RFC 8414 §2)',
    (issuer) => {
      expect(() => normalizeSource({ issuer })).toThrow(/source.issuer: got .* takes an (issuer identifier|https URL)/)
    },
  )

  it('takes any issuer, and the address of its metadata', () => {
    const source = normalizeSource({ issuer: 'urn:as', metadataUrl: 'https://as.example/metadata' })
    expect(source).toMatchObject({ name: 'urn:as', issuer: 'urn:as' })
    expect(source.metadataUrls.map(({ href }) => href)).toEqual(['https://as.example/metadata'])
    expect(normalizeSource({ jwksUri: 'https://as.example/jwks', issuer: 'urn:as' }).issuer).toBe('urn:as')
  })

  it.each([
    [5, 'source: got 5, takes a URL, { issuer, metadataUrl? } or { jwksUri, issuer? }'],
    [null, 'source: got null'],
    [{}, 'source.issuer: got undefined'],
    [{ uri: 'https://as.example' }, 'source.uri: got "https://as.example", takes nothing'],
    [{ jwksUri: 'https://a.example', metadataUrl: 'https://a.example' }, 'takes nothing beside jwksUri'],
    [{ jwksUri: 'https://a.example', issuer: '' }, 'source.issuer: got "", takes the exact iss of the tokens'],
  ])('refuses %j by name', (source, message) => {
    expect(() => normalizeSource(source)).toThrow(message)
  })

  it('tells every two sources apart, and shows no query', () => {
    const sources = [
      'https://as.example/jwks',
      'https://as.example/jwks?key=secret',
      { jwksUri: 'https://as.example/jwks', issuer: 'https://as.example' },
      { issuer: 'https://as.example' },
      { issuer: 'https://as.example/' },
      { issuer: 'https://as.example', metadataUrl: 'https://as.example/jwks' },
    ].map(normalizeSource)
    expect(new Set(sources.map(({ id }) => id)).size).toBe(sources.length)
    expect(new Set(sources.map(({ storeKey }) => storeKey)).size).toBe(sources.length)
    expect(sources.map(({ name, storeKey }) => name + storeKey).join(' ')).not.toContain('secret')
  })
})
