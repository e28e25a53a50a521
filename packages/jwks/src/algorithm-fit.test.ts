import { describe, expect, it } from 'vitest'
import { fitsAlgorithm, hasShapeFor, knownAlgorithms } from './algorithm-fit.ts'
import { importKeys } from './import-keys.ts'
import { makeKey, rsaJwk } from './keys.test.support.ts'

const suited: Readonly<Record<string, readonly string[]>> = {
  RS256: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ES256: ['ES256'],
  ES384: ['ES384'],
  ES512: ['ES512'],
  ES256K: ['ES256K'],
  EdDSA: ['EdDSA', 'Ed25519'],
}

describe('fitsAlgorithm', () => {
  it.each(Object.entries(suited))('JOSE-5: a key for %s suits %j and nothing else', (alg, expected) => {
    const jwk = alg === 'RS256' ? rsaJwk() : makeKey('a', alg).jwk
    const [key] = importKeys({ keys: [{ ...jwk, alg: undefined }] })
    expect(knownAlgorithms.sig.filter((name) => fitsAlgorithm(key!, name))).toEqual(expected)
  })

  it('JOSE-5: a key with an alg of its own suits that one only', () => {
    const [key] = importKeys({ keys: [{ ...rsaJwk(), alg: 'PS384' }] })
    expect(knownAlgorithms.sig.filter((name) => fitsAlgorithm(key!, name))).toEqual(['PS384'])
  })

  it.each(['none', 'None', 'HS256', 'rs256', 'RS256 ', 'RSA-OAEP', '', '__proto__', 'constructor', 'toString'])(
    'JOSE-5: no key suits the name %j',
    (name) => {
      for (const kty of ['RSA', 'EC', 'OKP'] as const)
        expect(hasShapeFor({ use: 'sig', kty, crv: undefined }, name)).toBe(false)
    },
  )
})
