import { compactDecrypt, createLocalJWKSet, decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { createTestIssuer, type TestVerifierOptions } from './index.ts'

function verifyByJose(token: string, { issuer, audience, jwks }: TestVerifierOptions) {
  return jwtVerify(token, createLocalJWKSet(jwks), { issuer, audience, typ: 'at+jwt' })
}

async function decryptByJose(token: string, { decryption }: TestVerifierOptions) {
  const [key = {}] = decryption?.keys ?? []
  const { plaintext, protectedHeader } = await compactDecrypt(token, await importJWK(key))
  return { token: Buffer.from(plaintext).toString(), protectedHeader }
}

describe('createTestIssuer', () => {
  it('mints a good token by default (RFC 9068 §2)', async () => {
    const as = await createTestIssuer()
    const { payload, protectedHeader } = await verifyByJose(await as.mint(), as.verifierOptions)
    expect(protectedHeader.alg).toBe('ES256')
    expect(payload).toMatchObject({
      iss: 'https://issuer.test',
      aud: 'https://api.test',
      sub: 'test-user',
      client_id: 'test-client',
    })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)
  })

  it('gives a verifier exactly the options that it needs', async () => {
    const as = await createTestIssuer({ issuer: 'https://as.example', audience: 'reports' })
    const { issuer, audience, jwks, ...others } = as.verifierOptions
    expect([issuer, audience, Object.keys(others)]).toEqual(['https://as.example', 'reports', []])
    expect(jwks.keys).toHaveLength(1)
    expect(JSON.stringify(jwks)).not.toContain('"d"')
  })

  it('puts into a token what is asked', async () => {
    const as = await createTestIssuer({ accessTokenLifetimeSeconds: 60 })
    const token = await as.mint({
      subject: 'jane',
      clientId: 'web',
      audience: ['https://one.example', 'https://two.example'],
      scope: ['reports:read', 'reports:write'],
      lifetimeSeconds: 5,
      confirmation: { jkt: 'a'.repeat(43) },
      claims: { roles: ['admin'] },
    })
    const claims = decodeJwt(token)
    expect(claims).toMatchObject({
      sub: 'jane',
      client_id: 'web',
      aud: ['https://one.example', 'https://two.example'],
      scope: 'reports:read reports:write',
      cnf: { jkt: 'a'.repeat(43) },
      roles: ['admin'],
    })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(5)
  })

  it('sets any claim and header member, and takes out those that are undefined, signed as usual', async () => {
    const as = await createTestIssuer()
    const token = await as.mint({
      claims: { iss: 'https://other.example', exp: '4102444800', jti: undefined },
      header: { typ: undefined, cty: 'json' },
    })
    expect(decodeJwt(token)).toMatchObject({ iss: 'https://other.example', exp: '4102444800' })
    expect(decodeJwt(token)).not.toHaveProperty('jti')
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'ES256',
      cty: 'json',
      kid: as.verifierOptions.jwks.keys[0]?.kid,
    })
    const another = await as.mint({ claims: { sub: 'admin' } })
    expect((await verifyByJose(another, as.verifierOptions)).payload.sub).toBe('admin')
  })

  it.each(['RS256', 'PS256', 'ES384', 'EdDSA'] as const)('signs with %s', async (algorithm) => {
    const as = await createTestIssuer({ algorithm })
    const { protectedHeader } = await verifyByJose(await as.mint(), as.verifierOptions)
    expect(protectedHeader.alg).toBe(algorithm)
  })

  it.each([
    [true, 'ECDH-ES+A256KW', 'A256GCM'],
    [{ alg: 'dir' }, 'dir', 'A256GCM'],
    [{ alg: 'dir', enc: 'A256CBC-HS512' }, 'dir', 'A256CBC-HS512'],
    [{ alg: 'A128GCMKW', enc: 'A128GCM' }, 'A128GCMKW', 'A128GCM'],
    [{ alg: 'RSA-OAEP-256' }, 'RSA-OAEP-256', 'A256GCM'],
    [{ alg: 'ECDH-ES', crv: 'X25519' }, 'ECDH-ES', 'A256GCM'],
  ] as const)('encrypts when made with encrypted: %o', async (encrypted, alg, enc) => {
    const as = await createTestIssuer({ encrypted })
    const options = as.verifierOptions
    expect(options.decryption?.keys).toMatchObject([{ alg, kid: expect.any(String) as string, use: 'enc' }])
    const { token, protectedHeader } = await decryptByJose(await as.mint(), options)
    expect(protectedHeader).toMatchObject({ alg, enc, kid: options.decryption?.keys[0]?.kid, cty: 'at+jwt' })
    await expect(verifyByJose(token, options)).resolves.toBeDefined()
  })

  it('mints tokens that are not encrypted too, and JWE headers with more members', async () => {
    const as = await createTestIssuer({ encrypted: true })
    await expect(verifyByJose(await as.mint({ encrypt: false }), as.verifierOptions)).resolves.toBeDefined()
    const token = await as.mint({ encryptionHeader: { iss: 'https://other.example', cty: 'json' } })
    const { protectedHeader } = await decryptByJose(token, as.verifierOptions)
    expect(protectedHeader).toMatchObject({ iss: 'https://other.example', cty: 'json', alg: 'ECDH-ES+A256KW' })
  })

  it('makes a header field of a token', async () => {
    const as = await createTestIssuer()
    const { authorization } = await as.authorization({ scope: 'a' })
    expect(decodeJwt(authorization.replace(/^Bearer /, ''))).toMatchObject({ scope: 'a' })
  })

  it('signs with a new key after rotate, beside which the old one stays published', async () => {
    const as = await createTestIssuer()
    const before = as.verifierOptions
    const old = await as.mint()
    await as.rotate()
    const renewed = await as.mint()
    expect(as.verifierOptions.jwks.keys).toHaveLength(2)
    await expect(verifyByJose(old, as.verifierOptions)).resolves.toBeDefined()
    await expect(verifyByJose(renewed, as.verifierOptions)).resolves.toBeDefined()
    await expect(verifyByJose(renewed, before)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  it('withdraws the old keys at once when asked to', async () => {
    const as = await createTestIssuer()
    const old = await as.mint()
    await as.rotate()
    await as.rotate({ withdraw: true })
    expect(as.verifierOptions.jwks.keys).toHaveLength(1)
    await expect(verifyByJose(old, as.verifierOptions)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  it('refuses wrong options by name', async () => {
    const as = await createTestIssuer()
    await expect(createTestIssuer({ issuer: 'issuer.test' })).rejects.toThrow('issuer: got "issuer.test"')
    await expect(createTestIssuer({ algorithm: 'HS256' as 'RS256' })).rejects.toThrow('algorithm: got "HS256"')
    await expect(createTestIssuer({ encryption: true } as object)).rejects.toThrow('encryption: got a value, takes')
    await expect(createTestIssuer({ encrypted: { alg: 'RSA1_5' as 'dir' } })).rejects.toThrow('got "RSA1_5"')
    await expect(createTestIssuer({ encrypted: { algorithm: 'dir' } as object })).rejects.toThrow('algorithm: got')
    await expect(as.mint({ expired: true } as object)).rejects.toThrow('expired: got a value, takes nothing')
    await expect(as.mint({ encrypt: true })).rejects.toThrow('encrypt: got true, takes what it needs')
    await expect(as.mint({ lifetimeSeconds: -1 })).rejects.toThrow('lifetimeSeconds: got -1')
    await expect(as.rotate({ withdrawn: true } as object)).rejects.toThrow('withdrawn: got a value')
  })
})
