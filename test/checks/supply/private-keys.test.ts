import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { findPrivateKeys } from './private-keys.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const encrypted = privateKey.export({ format: 'pem', type: 'sec1', cipher: 'aes-128-cbc', passphrase: 'x' }).toString()
const jwk = privateKey.export({ format: 'jwk' })

describe('SUPPLY-3: private keys', () => {
  it.each([
    ['a PEM file', pem, 'PEM'],
    ['a PEM in a string literal', JSON.stringify({ key: pem }), 'PEM'],
    ['an encrypted PEM', encrypted, 'PEM'],
    ['a JWK', JSON.stringify(jwk, undefined, 2), 'JWK'],
    ['a JWK in code', `const key = { kty: 'EC', d: '${jwk.d}' }`, 'JWK'],
    ['a symmetric JWK', JSON.stringify({ kty: 'oct', k: jwk.d }), 'JWK'],
  ])('SUPPLY-3: catches %s', (_, text, form) => {
    expect(findPrivateKeys(text)).toEqual([form])
  })

  it('SUPPLY-3: lets public keys and mere mentions pass', () => {
    const publicPem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
    const code = `const isPrivate = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
      if (text.startsWith('-----BEGIN PRIVATE KEY-----')) throw new Error('expected a public key')
      const { d, k } = { d: jwk.d, k: 'short' }`
    for (const text of [publicPem, JSON.stringify(publicKey.export({ format: 'jwk' })), code]) {
      expect(findPrivateKeys(text)).toEqual([])
    }
  })
})
