import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createVerifier, type VerifierOptions } from '@sallyport/core'
import {
  CompactEncrypt,
  type CryptoKey,
  EncryptJWT,
  exportJWK,
  generateKeyPair,
  type JWK,
  type KeyObject,
  SignJWT,
} from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'

// Tokens that jose makes, by its own builders, with every algorithm that there is.

const issuer = 'https://as.example'
const audience = 'https://api.example'

type Key = CryptoKey | KeyObject | Uint8Array

/** Claims by the builder's own methods, as its users set them. */
function setClaims<Builder extends SignJWT | EncryptJWT>(builder: Builder): Builder {
  builder.setIssuer(issuer).setAudience(audience).setSubject('jane').setJti('1')
  return builder.setIssuedAt().setNotBefore('0s').setExpirationTime('5m') as Builder
}

const claims = { client_id: 'client', scope: 'reports:read', nested: { text: 'snowman ☃' } }
const sign = (alg: string, key: Key, header: Partial<JWK> = {}) =>
  setClaims(new SignJWT(claims))
    .setProtectedHeader({ alg, typ: 'at+jwt', ...header } as never)
    .sign(key)

const rsaPairs = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }))

/** A pair of keys, and another one; RSA keys, which take long to make, are the same each time. */
async function generatePairs(alg: string, crv?: string) {
  if (/^(RS|PS|RSA)/.test(alg)) return rsaPairs
  const options = { extractable: true, ...(crv !== undefined && { crv }) }
  return Promise.all([generateKeyPair(alg, options), generateKeyPair(alg, options)])
}

const verifierWith = (options: object) => createVerifier({ issuer, audience, ...options } as VerifierOptions)
const accepted = { subject: 'jane', clientId: 'client', scopes: ['reports:read'], tokenId: '1', claims }

describe('SignJWT', () => {
  it.each('RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' '))(
    'signs with %s what a verifier accepts, of either profile',
    async (alg) => {
      const [own, stranger] = await generatePairs(alg)
      const jwks = { keys: [{ ...(await exportJWK(own!.publicKey)), kid: 'k', alg }] }
      const token = await sign(alg, own!.privateKey, { kid: 'k' })
      for (const profile of ['interoperable', 'rfc9068']) {
        expect(await verifierWith({ jwks, profile }).verify(token)).toMatchObject(accepted)
      }
      const forged = await sign(alg, stranger!.privateKey, { kid: 'k' })
      await expect(verifierWith({ jwks }).verify(forged)).rejects.toMatchObject({ code: 'signature_invalid' })
    },
  )

  it.each([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const)('signs with %s what a verifier with the secret accepts', async (algorithm, length) => {
    const secret = randomBytes(length)
    expect(await verifierWith({ secret, algorithm }).verify(await sign(algorithm, secret))).toMatchObject(accepted)
  })
})

const encryptions = ['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'] as const
const contentKeyBytes = {
  A128GCM: 16,
  A192GCM: 24,
  A256GCM: 32,
  'A128CBC-HS256': 32,
  'A192CBC-HS384': 48,
  'A256CBC-HS512': 64,
}
const secretBytes = { A128KW: 16, A192KW: 24, A256KW: 32, A128GCMKW: 16, A192GCMKW: 24, A256GCMKW: 32 } as const
const pairAlgorithms = [
  ...['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'].map((alg) => [alg, 'RSA']),
  ...['P-256', 'P-384', 'P-521', 'X25519'].flatMap((crv) =>
    ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'].map((alg) => [alg, crv]),
  ),
] as [alg: string, crv: string][]

describe('tokens that jose encrypts', () => {
  let signed: string
  let jwks: { keys: JWK[] }
  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    jwks = { keys: [await exportJWK(publicKey)] }
    signed = await sign('ES256', privateKey)
  })

  const nest = (key: Key, alg: string, enc: string) =>
    new CompactEncrypt(Buffer.from(signed)).setProtectedHeader({ alg, enc, cty: 'at+jwt' }).encrypt(key)
  const encryptClaims = (key: Key, alg: string, enc: string) =>
    setClaims(new EncryptJWT(claims)).setProtectedHeader({ alg, enc }).encrypt(key)

  it.each(pairAlgorithms)('CompactEncrypt nests with %s (%s) what a verifier accepts', async (alg, crv) => {
    const [pair] = await generatePairs(alg, crv)
    const { privateKey, publicKey } = pair!
    const keys = [{ ...(await exportJWK(privateKey)), alg, kid: 'k' }]
    const verifier = verifierWith({ jwks, decryption: { keys, required: true }, profile: 'rfc9068' })
    for (const enc of encryptions) {
      expect(await verifier.verify(await nest(publicKey, alg, enc)), enc).toMatchObject(accepted)
    }
    // What EncryptJWT makes is claims that anybody can have encrypted.
    const unsigned = await encryptClaims(publicKey, alg, 'A256GCM')
    await expect(verifierWith({ jwks, decryption: { keys } }).verify(unsigned)).rejects.toMatchObject({
      code: 'not_signed',
    })
  })

  it.each(['dir', ...(Object.keys(secretBytes) as (keyof typeof secretBytes)[])])(
    'EncryptJWT encrypts with %s what a verifier accepts, signed inside, or unsigned by option',
    async (alg) => {
      for (const enc of encryptions) {
        const key = randomBytes(alg === 'dir' ? contentKeyBytes[enc] : secretBytes[alg as keyof typeof secretBytes])
        const keys = [{ key, algorithm: alg, kid: 'k' }]
        const strict = verifierWith({ jwks, decryption: { keys } })
        const accepting = verifierWith({ jwks, decryption: { keys, acceptUnsigned: true } })
        const unsigned = await encryptClaims(key, alg, enc)
        expect(await strict.verify(await nest(key, alg, enc)), enc).toMatchObject(accepted)
        expect(await accepting.verify(await nest(key, alg, enc)), enc).toMatchObject(accepted)
        expect(await accepting.verify(unsigned), enc).toMatchObject(accepted)
        await expect(strict.verify(unsigned)).rejects.toMatchObject({ code: 'not_signed' })
      }
    },
  )

  it('with parties of an agreement are accepted too', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ECDH-ES', { extractable: true })
    const token = await new CompactEncrypt(Buffer.from(signed))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128CBC-HS256', cty: 'at+jwt' })
      .setKeyManagementParameters({ apu: Buffer.from('Alice'), apv: randomBytes(64) })
      .encrypt(publicKey)
    const verifier = verifierWith({ jwks, decryption: { keys: [await exportJWK(privateKey)] } })
    expect(await verifier.verify(token)).toMatchObject(accepted)
  })
})
