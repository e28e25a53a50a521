import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { answers, listen, startAuthority } from './authority.test.support.ts'
import { createJwks, importKeys, JwksConfigurationError, type JwksOptions } from './index.ts'
import { makeKey } from './keys.test.support.ts'

const makers = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RSA: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  X25519: () => generateKeyPairSync('x25519'),
  Ed25519: () => generateKeyPairSync('ed25519'),
}
const pair = (type: keyof typeof makers, members: object = { use: 'enc' }) => ({
  ...makers[type]().publicKey.export({ format: 'jwk' }),
  kid: type,
  ...members,
})

describe('keys to encrypt for', () => {
  it('JOSE-5: are those that say so, of types and algorithms that encrypt', () => {
    const reasons: string[] = []
    const set = [
      pair('P-256'),
      pair('X25519', { use: 'enc', alg: 'ECDH-ES', key_ops: ['deriveBits'] }),
      pair('RSA', { use: 'enc', alg: 'RSA-OAEP-256', key_ops: ['wrapKey'] }),
      pair('Ed25519'),
      pair('P-256', { use: 'sig' }),
      pair('P-256', {}),
      pair('P-256', { use: 'enc', alg: 'RSA-OAEP' }),
      pair('P-256', { use: 'enc', alg: 'ES256' }),
      pair('P-256', { use: 'enc', alg: 'RSA1_5' }),
      pair('P-256', { use: 'enc', key_ops: ['verify'] }),
    ]
    const keys = importKeys({ keys: set }, { use: 'enc', onSkipped: ({ reason }) => reasons.push(reason) })
    expect(keys.map(({ kid, use, crv, alg }) => [kid, use, crv, alg])).toEqual([
      ['P-256', 'enc', 'P-256', undefined],
      ['X25519', 'enc', 'X25519', 'ECDH-ES'],
      ['RSA', 'enc', undefined, 'RSA-OAEP-256'],
    ])
    expect(reasons).toEqual([
      'keys of type ed25519 encrypt by no JWE algorithm here',
      'its use is not "enc"',
      'its use is not "enc"',
      'its alg does not suit it',
      'its alg does not suit it',
      'its alg does not suit it',
      'its key_ops do not include "encrypt" or "wrapKey" or "deriveKey" or "deriveBits"',
    ])
    expect(importKeys({ keys: set }).map(({ use, crv }) => [use, crv])).toEqual([
      ['sig', 'P-256'],
      ['sig', 'P-256'],
    ])
  })

  it('are fetched apart from those that verify, and given in the order of the set', async () => {
    const signing = makeKey('first')
    const as = await startAuthority(signing)
    as.answer = (response) =>
      response.end(JSON.stringify({ keys: [signing.jwk, pair('P-256'), pair('RSA', { use: 'enc', kid: 'r' })] }))
    const enc = as.open({ use: 'enc' })
    const sig = as.open()
    expect((await enc.keys()).map(({ kid }) => kid)).toEqual(['P-256', 'r'])
    expect((await sig.keys()).map(({ kid }) => kid)).toEqual(['first'])
    expect(as.fetches).toBe(2)
    expect(enc.find({ kid: 'r', alg: 'RSA-OAEP-256' })).toHaveLength(1)
    expect(await enc.find({ kid: 'r', alg: 'RS256' })).toEqual([])
    expect(await sig.find({ kid: 'first', alg: 'RSA-OAEP-256' })).toEqual([])
    expect(as.fetches).toBe(2)
    const snapshot = enc.snapshot()
    expect(snapshot?.keys.map(({ use }) => use)).toEqual(['enc', 'enc'])
    const again = as.open({ use: 'enc', snapshot, maxKeys: 99 })
    expect(await again.keys()).toHaveLength(2)
  })

  it('are unavailable where they cannot be fetched, and after close()', async () => {
    const as = await startAuthority()
    as.answer = answers.cut
    const jwks = as.open({ use: 'enc' })
    listen(jwks)
    await expect(jwks.keys()).rejects.toMatchObject({ code: 'jwks_unavailable' })
    jwks.close()
    await expect(jwks.keys()).rejects.toMatchObject({ code: 'jwks_unavailable' })
  })

  it('have an option that takes nothing else', () => {
    const options = { use: 'both' } as unknown as JwksOptions
    expect(() => createJwks('https://as.example/jwks', options)).toThrow(JwksConfigurationError)
    expect(() => createJwks('https://as.example/jwks', options)).toThrow('use: got "both", takes "sig" or "enc"')
  })
})
