import { describe, expect, it } from 'vitest'
import { publicationOf } from './metadata.ts'

describe('where an issuer publishes', () => {
  it.each([
    ['https://as.example', '', 'https://as.example'],
    ['https://as.example/', '', 'https://as.example'],
    ['https://as.example/tenant', '/tenant', 'https://as.example'],
    ['https://as.example/tenant/', '/tenant', 'https://as.example'],
    ['https://as.example:8443/a/b', '/a/b', 'https://as.example:8443'],
  ])('%s has its well-known part before its path, and after it (RFC 8414 §3.1, §5)', (issuer, path, origin) => {
    const { metadata, metadataPaths, jwksPath } = publicationOf(issuer)
    expect(metadataPaths).toContain(`/.well-known/oauth-authorization-server${path}`)
    expect(metadataPaths).toContain(`/.well-known/openid-configuration${path}`)
    expect(metadataPaths).toContain(`${path}/.well-known/openid-configuration`)
    expect(metadata.issuer).toBe(issuer)
    expect(metadata.jwks_uri).toBe(origin + jwksPath)
  })

  it.each(['http://localhost:3000', 'http://127.0.0.1:1', 'http://127.9.9.9', 'http://[::1]:3000/as'])(
    '%s may be http, being a loopback host',
    (issuer) => {
      expect(publicationOf(issuer).metadata.issuer).toBe(issuer)
    },
  )

  it.each([
    'as.example',
    '',
    undefined,
    'http://as.example',
    'http://localhost.example',
    'http://127.0.0.1.example',
    'ftp://as.example',
    'https://as.example?',
    'https://as.example/?a=b',
    'https://as.example/#',
    'https://AS.example',
    'https://as.example:443',
    'https://as.example/a/../b',
    ' https://as.example',
    'https://as.example/a b',
    `https://as.example/${'a'.repeat(2048)}`,
  ])('refuses %o', (issuer) => {
    expect(() => publicationOf(issuer)).toThrow(/^issuer: got .+, takes an https URL in normal form/)
  })

  it('LOG-1: refuses a password without showing it', () => {
    expect(() => publicationOf('https://user:planted@as.example')).toThrow('issuer: got text with an @, takes')
  })
})
