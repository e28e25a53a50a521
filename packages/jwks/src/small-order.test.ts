import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { importKeys } from './import-keys.ts'
import { isOfSmallOrder } from './small-order.ts'

/** The neutral point, in its canonical encoding. */
const neutral = Buffer.from(`01${'00'.repeat(31)}`, 'hex')

describe('Ed25519 keys of small order', () => {
  it('JOSE-11: are refused, as anybody can sign with one', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: neutral.toString('base64url') }
    // R = the neutral point, S = 0: for Node.js that is a signature on everything.
    const forgery = Buffer.concat([neutral, Buffer.alloc(32)])
    expect(verify(null, Buffer.from('any'), createPublicKey({ key: jwk, format: 'jwk' }), forgery)).toBe(true)
    const reasons: string[] = []
    expect(importKeys({ keys: [jwk] }, { onSkipped: ({ reason }) => reasons.push(reason) })).toEqual([])
    expect(reasons).toEqual(['its point is of small order: anybody can sign with it'])
  })

  it('JOSE-11: are no others', () => {
    for (let made = 0; made < 20; made++) {
      const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
      expect(isOfSmallOrder(Buffer.from(x, 'base64url'))).toBe(false)
    }
  })
})
