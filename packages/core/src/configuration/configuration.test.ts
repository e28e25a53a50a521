import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../configuration-error.ts'
import { createVerifier, type VerifierOptions } from '../index.ts'
import { audience, issuer, makeKey, type Members } from '../mint.test.support.ts'

const { publicJwk, privateKey } = makeKey('ES256')
const jwks = { keys: [publicJwk] }
const good = { issuer, audience, jwks }
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string
const pkcs1 = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string
const der = rsa.publicKey.export({ type: 'spki', format: 'der' })

function errorOf(options: unknown): ConfigurationError {
  try {
    createVerifier(options as VerifierOptions)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return error as ConfigurationError
  }
  throw new Error('the options were taken')
}

describe('a wrong option', () => {
  it.each<[string, unknown]>([
    ['options', undefined],
    ['options', 'https://as.example'],
    ['issuer', { audience, jwks }],
    ['issuer', { ...good, issuer: '' }],
    ['issuer', { issuer: 'http://as.example', audience }],
    ['issuer', { issuer: 'as.example', audience }],
    ['audience', { issuer, jwks }],
    ['audience', { ...good, audience: [] }],
    ['audience', { ...good, audience: '' }],
    ['audience', { ...good, audience: 7 }],
    ['audience', { ...good, allowAnyAudience: true }],
    ['allowAnyAudience', { issuer, jwks, allowAnyAudience: 'yes' }],
    ['algorithms', { ...good, algorithms: [] }],
    ['algorithms[0]', { ...good, algorithms: ['HS256'] }],
    ['algorithms[1]', { ...good, algorithms: ['RS256', 'none'] }],
    ['algorithms[0]', { ...good, algorithms: ['rs256'] }],
    ['algorithm', { ...good, algorithm: 'ES256' }],
    ['jwks', { ...good, jwks: {} }],
    ['jwks', { ...good, jwks: { keys: [] } }],
    ['jwks', { ...good, jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }],
    ['jwks', { ...good, jwksUri: 'https://as.example/jwks' }],
    ['jwksUri', { issuer, audience, jwksUri: 'http://as.example/jwks' }],
    ['jwksUri', { issuer, audience, jwksUri: 'file:///etc/keys' }],
    ['metadataUrl', { issuer, audience, metadataUrl: 'http://as.example/metadata' }],
    ['algorithm', { issuer, audience, publicKey: spki }],
    ['publicKey', { issuer, audience, publicKey: spki, algorithm: 'ES256' }],
    ['publicKey', { issuer, audience, publicKey: 'x', algorithm: 'ES256' }],
    ['publicKey', { issuer, audience, publicKey: privateKey, algorithm: 'ES256' }],
    [
      'publicKey',
      { issuer, audience, publicKey: privateKey.export({ type: 'pkcs8', format: 'pem' }), algorithm: 'ES256' },
    ],
    ['algorithm', { issuer, audience, secret: 's'.repeat(64), algorithm: 'RS256' }],
    ['issuers', { issuers: [] }],
    ['issuers[1].issuer', { issuers: [good, good] }],
    ['issuers[0].audience', { issuers: [{ issuer, jwks }] }],
    ['issuers[0].clockToleranceSeconds', { issuers: [{ ...good, clockToleranceSeconds: 5 }] }],
    ['audience', { issuers: [good], audience }],
    ['resolveIssuer', { resolveIssuer: 'x' }],
    ['profile', { ...good, profile: 'strict' }],
    ['clockToleranceSeconds', { ...good, clockToleranceSeconds: '30' }],
    ['clockToleranceSeconds', { ...good, clockToleranceSeconds: -1 }],
    ['clockToleranceSeconds', { ...good, clockToleranceSeconds: 30_000 }],
    ['clockToleranceSeconds', { ...good, clockToleranceSeconds: Number.NaN }],
    ['maxTokenAgeSeconds', { ...good, maxTokenAgeSeconds: 0 }],
    ['maxTokenBytes', { ...good, maxTokenBytes: Infinity }],
    ['requiredClaims', { ...good, requiredClaims: 'sub' }],
    ['claimPredicates.sub', { ...good, claimPredicates: { sub: true } }],
    ['claims', { ...good, claims: {} }],
    ['scopeClaims', { ...good, scopeClaims: 'scope' }],
    ['tokenTypes[0]', { ...good, tokenTypes: ['dpop+jwt'] }],
    ['tokenTypes[0]', { ...good, tokenTypes: ['application/Logout+JWT'] }],
    ['cookie', { ...good, cookie: 'a b' }],
    ['cookie.origins[0]', { ...good, cookie: { name: 'a', origins: ['https://app.example/'] } }],
    ['cookie.secure', { ...good, cookie: { name: 'a', secure: true } }],
    ['binding', { ...good, binding: 'none' }],
    ['cache', { ...good, cache: true }],
    ['cache.maxEntries', { ...good, cache: { maxEntries: 0 } }],
    ['realm', { ...good, realm: 'a"b' }],
    ['audiance', { issuer, audiance: audience, jwks }],
    ['decryption.keys', { ...good, decryption: { keys: [] } }],
    ['decryption.acceptUnsigned', { issuers: [good, { ...good, issuer: `${issuer}/2` }], decryption: unsigned() }],
  ])('%s is named', (option, options) => {
    const error = errorOf(options)
    expect(error.option).toBe(option)
    expect(error.message).toBe(`${option}: got ${error.got}, takes ${error.takes}`)
  })

  it('CLAIM-7: cannot admit the types of other tokens', () => {
    for (const type of ['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'token-introspection+jwt', 'oauth-authz-req+jwt']) {
      expect(errorOf({ ...good, tokenTypes: [type] }).option).toBe('tokenTypes[0]')
    }
  })
})

describe('a secret', () => {
  it.each<[string, unknown]>([
    ['a PEM public key', spki],
    ['a PEM public key after white space', `\n\t ${spki}`],
    ['a PEM public key after a byte order mark', `\ufeff${spki}`],
    ['a PKCS #1 public key', pkcs1],
    ['the bytes of a PEM public key', Buffer.from(spki)],
    ['DER', der],
    ['DER as base64', der.toString('base64')],
    ['PKCS #1 DER', rsa.publicKey.export({ type: 'pkcs1', format: 'der' })],
    ['a JWK', JSON.stringify(rsa.publicKey.export({ format: 'jwk' }))],
    ['a JWK after a byte order mark', `\ufeff ${JSON.stringify(publicJwk)}`],
    ['a JWK Set', JSON.stringify(jwks)],
    ['a KeyObject that is public', createPublicKey(rsa.privateKey)],
    ['too few bytes', 's'.repeat(31)],
    ['nothing', ''],
  ])('JOSE-5: is refused when it is %s', (_, secret) => {
    expect(errorOf({ issuer, audience, secret, algorithm: 'HS256' }).option).toBe('secret')
  })

  it('JOSE-5: is refused when it is shorter than the hash', () => {
    const with48 = { issuer, audience, secret: 's'.repeat(48) }
    expect(errorOf({ ...with48, algorithm: 'HS512' }).option).toBe('secret')
    expect(() => createVerifier({ ...with48, algorithm: 'HS384' })).not.toThrow()
  })

  it('LOG-1: never stands in the error that refuses it', () => {
    const secret = 'hunter2hunter2'
    const { message } = errorOf({ issuer, audience, secret, algorithm: 'HS256' })
    expect(message).toContain('14 bytes')
    expect(message).not.toContain('hunter2')
    const key = { kty: 'oct', k: 'c2VjcmV0LXNlY3JldA', alg: 'dir' }
    expect(errorOf({ ...good, decryption: { keys: [key] } }).message).not.toContain(key.k)
  })
})

function unsigned(): Members {
  return { acceptUnsigned: true, keys: [{ kty: 'oct', k: Buffer.alloc(32).toString('base64url'), alg: 'dir' }] }
}
