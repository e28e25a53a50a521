import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { createSigner, generateSigningKey } from './index.ts'
import { signingAlgorithmNames } from './signing-algorithms.ts'

describe('generateSigningKey', () => {
  it.each(signingAlgorithmNames.filter((name) => !name.startsWith('ML-DSA')))(
    'makes a private %s key that names its use, its algorithm and itself',
    async (alg) => {
      const jwk = await generateSigningKey(alg)
      expect(jwk).toMatchObject({
        alg,
        use: 'sig',
        kid: await calculateJwkThumbprint(jwk),
        d: expect.any(String) as string,
      })
    },
  )
})

describe('createSigner', () => {
  it('signs any input with the key', async () => {
    const signer = await createSigner(await generateSigningKey('ES256'))
    const input = Buffer.from('header.payload')
    const key = createPublicKey({ key: signer.publicJwk, format: 'jwk' })
    const signature = await signer.sign(input)
    expect(verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
  })

  it('refuses a public key, an algorithm that the key is not for, and another use', async () => {
    const key = await generateSigningKey('ES256')
    const { d: _, ...publicJwk } = key
    await expect(createSigner(publicJwk)).rejects.toThrow('jwk: got a public key')
    await expect(createSigner({ ...key, alg: 'ES384' })).rejects.toThrow('takes an EC key on P-384 for ES384')
    await expect(createSigner({ ...key, alg: 'RS256' })).rejects.toThrow('takes an RSA key of 2048 to 8192 bits')
    await expect(createSigner({ ...key, use: 'enc' })).rejects.toThrow('jwk.use: got "enc", takes "sig"')
    await expect(createSigner({ ...key, key_ops: ['deriveBits'] })).rejects.toThrow('jwk.key_ops')
    await expect(createSigner({ ...key, kid: 'k'.repeat(513) })).rejects.toThrow('jwk.kid')
    await expect(createSigner({ ...key, alg: undefined } as unknown as JWK)).rejects.toThrow('jwk.alg: got undefined')
  })

  it('refuses RSA keys of under 2048 bits', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const jwk = { ...privateKey.export({ format: 'jwk' }), alg: 'RS256' }
    await expect(createSigner(jwk as JWK)).rejects.toThrow('takes an RSA key of 2048 to 8192 bits')
  })

  it('refuses a pair whose halves do not belong together, without telling any of it', async () => {
    const [one, two] = [await generateSigningKey('ES256'), await generateSigningKey('ES256')]
    const mixed = createSigner({ ...one, x: two.x, y: two.y } as JWK)
    await expect(mixed).rejects.toThrow(/^jwk: got a (?:public half of another key|JWK that is no such key), takes a/)
    await expect(mixed).rejects.not.toThrow(one.d)
  })

  it('refuses a JWK without a member that its type needs', async () => {
    const { n: _, ...rest } = await generateSigningKey('RS256')
    await expect(createSigner(rest)).rejects.toThrow('jwk: got a JWK that is no such key')
  })
})
