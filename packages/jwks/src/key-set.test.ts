import { describe, expect, it } from 'vitest'
import { distrustKey } from './distrust.ts'
import { importKeys } from './import-keys.ts'
import { KeySet } from './key-set.ts'
import { makeKey, rsaJwk } from './keys.test.support.ts'

const setOf = (...jwks: unknown[]) => new KeySet(importKeys({ keys: jwks }))

describe('KeySet', () => {
  const ec = makeKey('ec')
  const okp = makeKey('okp', 'EdDSA')
  const set = setOf(ec.jwk, okp.jwk, { ...rsaJwk(), kid: 'rsa' })

  it('finds a key by kid and alg, always the same array', () => {
    const found = set.find('ec', 'ES256')
    expect(found?.map(({ thumbprint }) => thumbprint)).toEqual([ec.thumbprint])
    expect(set.find('ec', 'ES256')).toBe(found)
    expect(Object.isFrozen(found)).toBe(true)
    expect(set.find('rsa', 'PS512')).toHaveLength(1)
  })

  it('JOSE-5: finds none for a known kid with an alg that the key does not suit', () => {
    for (const alg of ['ES384', 'EdDSA', 'RS256', 'HS256', 'none', '', undefined])
      expect(set.find('ec', alg)).toEqual([])
  })

  it('JOSE-8: looks up by equality alone', () => {
    const names = ['', 'EC', 'ec ', 'e', '.*', '[a-z]+', '../ec', '__proto__', 'constructor', 'toString', 'ec\u0000']
    for (const kid of names) expect(set.find(kid, 'ES256')).toBeUndefined()
    for (const kid of names) {
      const { jwk, thumbprint } = makeKey(kid)
      expect(setOf(ec.jwk, jwk).find(kid, 'ES256')?.[0]?.thumbprint).toBe(thumbprint)
    }
  })

  it('JOSE-9: finds all suitable keys for a token without kid, in the order of the set', () => {
    const other = makeKey('other')
    const { kid: _kid, ...unnamed } = makeKey('unnamed').jwk
    const several = setOf(other.jwk, okp.jwk, unnamed, ec.jwk)
    expect(several.find(undefined, 'ES256')?.map(({ kid }) => kid)).toEqual(['other', undefined, 'ec'])
    expect(several.find(undefined, 'EdDSA')?.map(({ kid }) => kid)).toEqual(['okp'])
    expect(several.find(undefined, 'RS256')).toBeUndefined()
  })

  it('JOSE-9: finds all keys with a duplicated kid, in the order of the set', () => {
    const twins = [makeKey('twin'), makeKey('twin'), makeKey('twin', 'EdDSA')]
    const found = setOf(...twins.map(({ jwk }) => jwk)).find('twin', 'ES256')
    expect(found?.map(({ thumbprint }) => thumbprint)).toEqual(twins.slice(0, 2).map(({ thumbprint }) => thumbprint))
  })

  it('KEYS-10: leaves a distrusted key out from the next look-up on, and knows why it does not know it', () => {
    const twin = makeKey('ec')
    const both = setOf(ec.jwk, twin.jwk, okp.jwk)
    expect(both.find('ec', 'ES256')).toHaveLength(2)
    expect(both.hasOnlyDistrusted('ec')).toBe(false)
    distrustKey(ec.thumbprint, 'thumbprint')
    expect(both.find('ec', 'ES256')?.map(({ thumbprint }) => thumbprint)).toEqual([twin.thumbprint])
    expect(both.find(undefined, 'ES256')?.map(({ thumbprint }) => thumbprint)).toEqual([twin.thumbprint])
    expect(both.hasOnlyDistrusted('ec')).toBe(false)
    distrustKey(twin.thumbprint, 'thumbprint')
    expect(both.find('ec', 'ES256')).toBeUndefined()
    expect(both.hasOnlyDistrusted('ec')).toBe(true)
    expect(both.hasOnlyDistrusted('okp')).toBe(false)
    expect(both.hasOnlyDistrusted('unknown')).toBe(false)
    expect(both.hasOnlyDistrusted(undefined)).toBe(false)
  })
})
