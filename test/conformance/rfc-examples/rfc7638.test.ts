import { createPublicKey } from 'node:crypto'
import { createPublishedKey, importKeys } from '@sallyport/jwks'
import { describe, expect, it } from 'vitest'
import { key, thumbprint } from './rfc7638.ts'

describe('the thumbprint of RFC 7638', () => {
  it('§3.1: is that of the example', () => {
    expect(importKeys({ keys: [key] })[0]!.thumbprint).toBe(thumbprint)
    expect(createPublishedKey(createPublicKey({ format: 'jwk', key: { ...key } })).thumbprint).toBe(thumbprint)
  })

  it('§3.1: is the same whatever the order of the members, their further members and their spelling of a number', () => {
    const { kty, n, e } = key
    const withZero = Buffer.concat([Buffer.of(0), Buffer.from(n, 'base64url')]).toString('base64url')
    const others = [
      { e, n, kty },
      { ...key, kid: 'other', use: 'sig', x5t: 'x' },
      { ...key, n: withZero, e: 'AAEAAQ' },
    ]
    for (const other of others) expect(importKeys({ keys: [other] })[0]!.thumbprint).toBe(thumbprint)
  })

  it('§3.1: is another for another key', () => {
    expect(importKeys({ keys: [{ ...key, e: 'Aw' }] })[0]!.thumbprint).not.toBe(thumbprint)
  })
})
