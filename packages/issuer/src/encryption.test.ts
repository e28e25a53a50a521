import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { compactDecrypt, createLocalJWKSet, decodeProtectedHeader, type JWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  createIssuer,
  encryptToken,
  generateDecryptionKey,
  IssuerConfigurationError,
  type KeyManagementAlgorithm,
} from './index.ts'
import { agreementCurveNames, contentEncryptionNames, keyManagementNames } from './key-management.ts'

const issuer = 'https://as.example'
const as = await createIssuer({ issuer })
const request = { subject: 'user-1', clientId: 'web', audience: 'https://api.example' }

/** What the issuer gets of a resource server's key: the public half, or the secret itself. */
function sharedPart({ kty, kid, alg, use, n, e, crv, x, y, k }: JWK): JWK {
  return JSON.parse(JSON.stringify({ kty, kid, alg, use, n, e, crv, x, y, k })) as JWK
}

function nodeKey(jwk: JWK) {
  return jwk.kty === 'oct' ? Buffer.from(jwk.k ?? '', 'base64url') : createPrivateKey({ key: jwk, format: 'jwk' })
}

async function decryptByJose(token: string, jwk: JWK) {
  const { plaintext, protectedHeader } = await compactDecrypt(token, nodeKey(jwk))
  return { signed: Buffer.from(plaintext).toString(), protectedHeader }
}

const cases = keyManagementNames.flatMap((alg) =>
  (alg.startsWith('ECDH-ES') ? agreementCurveNames : [undefined]).map((crv) => ({ alg, crv })),
)

describe('a nested token', () => {
  it.each(cases)('is decrypted and verified by jose: $alg $crv with every enc', async ({ alg, crv }) => {
    const key = await generateDecryptionKey(alg, { crv })
    for (const enc of contentEncryptionNames) {
      const jwk = alg === 'dir' ? await generateDecryptionKey(alg, { enc }) : key
      const token = await as.issueAccessToken({ ...request, encryptFor: { key: sharedPart(jwk), enc } })
      const { signed, protectedHeader } = await decryptByJose(token, jwk)
      expect(protectedHeader).toMatchObject({ alg, enc, cty: 'at+jwt', kid: jwk.kid })
      const { payload } = await jwtVerify(signed, createLocalJWKSet(as.jwks()), { issuer, typ: 'at+jwt' })
      expect(payload.sub).toBe('user-1')
    }
  })

  it('takes KeyObjects, and the bytes of a secret', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const agreed = await encryptToken('text', { key: publicKey, alg: 'ECDH-ES' })
    expect((await compactDecrypt(agreed, privateKey)).protectedHeader).not.toHaveProperty('kid')
    const secret = randomBytes(32)
    for (const key of [secret, createSecretKey(secret)]) {
      const token = await encryptToken('text', { key, alg: 'A256GCMKW', enc: 'A128CBC-HS256', kid: 'shared' })
      expect(decodeProtectedHeader(token)).toMatchObject({ kid: 'shared', enc: 'A128CBC-HS256' })
      expect(Buffer.from((await compactDecrypt(token, secret)).plaintext).toString()).toBe('text')
    }
  })

  it('replicates claims in the header where asked (RFC 7519 §5.3), which never replace alg, enc or kid', async () => {
    const jwk = await generateDecryptionKey('dir')
    const header = { iss: issuer, alg: 'none', enc: 'none', kid: 'none' }
    const token = await encryptToken('text', { key: jwk }, header)
    expect(decodeProtectedHeader(token)).toEqual({
      iss: issuer,
      alg: 'dir',
      enc: 'A256GCM',
      kid: jwk.kid,
      cty: 'at+jwt',
    })
  })
})

const rsa = await generateDecryptionKey('RSA-OAEP-256')

describe('a wrong recipient', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
  const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey
  it.each<[name: string, recipient: unknown, message: string]>([
    ['no object', 'key', 'encryptFor: got a string, takes an object'],
    ['no key', { alg: 'dir' }, 'encryptFor.key: got undefined'],
    ['another option', { key: rsa, algorithm: 'dir' }, 'encryptFor.algorithm: got a string, takes nothing'],
    ['no alg', { key: randomBytes(32) }, 'encryptFor.alg: got undefined, takes one of dir'],
    ['RSA1_5', { key: sharedPart(rsa), alg: 'RSA1_5' }, 'encryptFor.alg: got "RSA1_5"'],
    ['PBES2', { key: randomBytes(32), alg: 'PBES2-HS256+A128KW' }, 'encryptFor.alg: got "PBES2-HS256+A128KW"'],
    ['an alg that the key is not for', { key: sharedPart(rsa), alg: 'RSA-OAEP' }, 'takes "RSA-OAEP-256", which'],
    ['a private JWK', { key: rsa }, 'encryptFor.key: got a private key, takes a public'],
    ['a private KeyObject', { key: nodeKey(rsa), alg: 'RSA-OAEP' }, 'encryptFor.key: got a private key'],
    ['a signature key', { key: as.jwks().keys[0], alg: 'ECDH-ES' }, 'encryptFor.key.use: got "sig", takes "enc"'],
    ['a weak RSA key', { key: weak, alg: 'RSA-OAEP-256' }, 'a public RSA key of 2048 to 8192 bits'],
    ['a curve without agreement', { key: secp256k1, alg: 'ECDH-ES' }, 'a public key on P-256, P-384, P-521, X25519'],
    ['a short secret', { key: randomBytes(16), alg: 'A256KW' }, 'a secret of 32 bytes for A256KW with A256GCM'],
    ['a dir secret of another enc', { key: randomBytes(32), alg: 'dir', enc: 'A256CBC-HS512' }, 'a secret of 64 bytes'],
    ['an unknown enc', { key: randomBytes(32), alg: 'dir', enc: 'A512GCM' }, 'encryptFor.enc: got "A512GCM"'],
    ['a broken JWK', { key: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }, alg: 'ECDH-ES' }, 'that is no such key'],
    ['a broken secret', { key: { kty: 'oct', k: 'not base64url' }, alg: 'dir' }, 'that is no such key'],
    ['PEM text', { key: '-----BEGIN PRIVATE KEY-----', alg: 'RSA-OAEP' }, 'encryptFor.key: got a string'],
    ['a kid that is no string', { key: randomBytes(32), alg: 'dir', kid: 7 }, 'encryptFor.kid: got 7'],
  ])('is refused by name: %s', async (_, recipient, message) => {
    const refused = as.issueAccessToken({ ...request, encryptFor: recipient } as Parameters<
      typeof as.issueAccessToken
    >[0])
    await expect(refused).rejects.toThrow(IssuerConfigurationError)
    await expect(refused).rejects.toThrow(message)
  })

  it('LOG-1: is refused without showing the secret', async () => {
    const secret = randomBytes(20).toString('base64url')
    for (const key of [{ kty: 'oct', k: secret }, { kty: 'oct', k: `${secret} ` }, secret]) {
      const refused = encryptToken('text', { key: key as JWK, alg: 'dir' })
      await expect(refused).rejects.toThrow('recipient.key')
      await expect(refused).rejects.not.toThrow(secret)
    }
  })
})

describe('generateDecryptionKey', () => {
  it('makes a key that says what it is for, ECDH-ES+A256KW on P-256 by default', async () => {
    expect(await generateDecryptionKey()).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ECDH-ES+A256KW', use: 'enc' })
  })

  it('gives a secret a kid that tells nothing about it (RFC 7638 §7)', async () => {
    const jwk = await generateDecryptionKey('A128KW')
    expect(jwk).toMatchObject({ kty: 'oct', kid: expect.stringMatching(/^[\w-]{16}$/) as string })
    expect((await generateDecryptionKey('A128KW')).kid).not.toBe(jwk.kid)
  })

  it('refuses what it does not know', async () => {
    await expect(generateDecryptionKey('RSA1_5' as KeyManagementAlgorithm)).rejects.toThrow('algorithm: got "RSA1_5"')
    await expect(generateDecryptionKey('ECDH-ES', { crv: 'P-192' as 'P-256' })).rejects.toThrow('crv: got "P-192"')
    await expect(generateDecryptionKey('dir', { enc: 'A1' as 'A128GCM' })).rejects.toThrow('enc: got "A1"')
  })

  it('makes pairs that belong together', async () => {
    const jwk = await generateDecryptionKey('RSA-OAEP')
    const publicKey = createPublicKey({ key: sharedPart(jwk), format: 'jwk' })
    const token = await encryptToken('text', { key: publicKey, alg: 'RSA-OAEP' })
    expect((await decryptByJose(token, jwk)).signed).toBe('text')
  })
})
