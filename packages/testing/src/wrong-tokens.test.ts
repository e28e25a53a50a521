import { createPublicKey } from 'node:crypto'
import { compactDecrypt, createLocalJWKSet, decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { createTestIssuer, wrongEncryptedTokens, wrongTokens } from './index.ts'

const as = await createTestIssuer()
const encrypting = await createTestIssuer({ encrypted: true })

/** What jose, as the oracle, makes of a token that is checked as RFC 9068 §4 wants it. */
function verifyByJose(token: string, { issuer, audience, jwks } = as.verifierOptions) {
  return jwtVerify(token, createLocalJWKSet(jwks), {
    issuer,
    audience,
    typ: 'at+jwt',
    requiredClaims: ['exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
  })
}

/** The error by which jose says the same as our code. */
const joseErrors: Readonly<Record<string, string>> = {
  token_expired: 'ERR_JWT_EXPIRED',
  token_not_yet_valid: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
  issuer_refused: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
  audience_refused: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
  claim_missing: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
  signature_invalid: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  key_unknown: 'ERR_JWKS_NO_MATCHING_KEY',
  not_an_access_token: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
  token_type_refused: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
}

/** jose knows nothing of sender-constrained tokens, and has several words for a refused algorithm. */
const kinds = Object.values(wrongTokens).filter(({ kind }) => kind !== 'sender_constrained')

describe('a wrong token', () => {
  it.each(kinds)('$kind is refused by jose for the same reason', async ({ kind, code }) => {
    const refused = verifyByJose(await as.mint({ wrong: kind }))
    if (code === 'algorithm_refused') await expect(refused).rejects.toThrow(/alg|JWS|key/i)
    else await expect(refused).rejects.toMatchObject({ code: joseErrors[code] })
  })

  it.each(kinds)('$kind is refused by jose also when it was encrypted', async ({ kind }) => {
    const token = await encrypting.mint({ wrong: kind })
    const { decryption } = encrypting.verifierOptions
    const { plaintext } = await compactDecrypt(token, await importJWK(decryption?.keys[0] ?? {}))
    await expect(verifyByJose(Buffer.from(plaintext).toString(), encrypting.verifierOptions)).rejects.toThrow()
  })

  it('sender_constrained is a good token but for its confirmation', async () => {
    const token = await as.mint({ wrong: 'sender_constrained' })
    expect((await verifyByJose(token)).payload['cnf']).toEqual({ jkt: expect.stringMatching(/^[\w-]{43}$/) as string })
  })

  it('alg_none has the header and form of an unsecured JWS (RFC 7515 appendix A.5)', async () => {
    const token = await as.mint({ wrong: 'alg_none' })
    expect(token.split('.')[2]).toBe('')
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'none', typ: 'at+jwt' })
  })

  it('hmac_with_public_key is accepted by whoever takes the public key for a secret', async () => {
    const token = await as.mint({ wrong: 'hmac_with_public_key' })
    const { keys } = as.verifierOptions.jwks
    const pem = createPublicKey({ key: keys[0] ?? {}, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    await expect(jwtVerify(token, Buffer.from(pem))).resolves.toMatchObject({ protectedHeader: { alg: 'HS256' } })
  })

  it('embedded_key is accepted by whoever takes the key from the header', async () => {
    const token = await as.mint({ wrong: 'embedded_key' })
    const { jwk } = decodeProtectedHeader(token)
    await expect(jwtVerify(token, await importJWK(jwk ?? {}))).resolves.toBeDefined()
    expect(jwk).not.toHaveProperty('d')
  })

  it('wrong_key and unknown_key differ in the kid only', async () => {
    const { kid } = decodeProtectedHeader(await as.mint())
    expect(decodeProtectedHeader(await as.mint({ wrong: 'wrong_key' })).kid).toBe(kid)
    expect(decodeProtectedHeader(await as.mint({ wrong: 'unknown_key' })).kid).not.toBe(kid)
  })

  it('id_token and logout_token are what OpenID Connect makes them', async () => {
    expect(decodeJwt(await as.mint({ wrong: 'id_token' }))).toMatchObject({
      azp: 'test-client',
      nonce: expect.any(String) as string,
    })
    const logoutToken = await as.mint({ wrong: 'logout_token' })
    expect(decodeProtectedHeader(logoutToken).typ).toBe('logout+jwt')
    expect(decodeJwt(logoutToken)).toHaveProperty('events')
  })

  it('takes other claims and header members too, which are set last', async () => {
    const token = await as.mint({ wrong: 'expired', scope: 'a', claims: { jti: 'fixed' }, header: { typ: 'JWT' } })
    expect(decodeJwt(token)).toMatchObject({ scope: 'a', jti: 'fixed' })
    expect(decodeProtectedHeader(token).typ).toBe('JWT')
    await expect(verifyByJose(await as.mint({ wrong: 'missing_exp', claims: { exp: 9e9 } }))).resolves.toBeDefined()
  })

  it('is in a table that nothing changes', () => {
    for (const table of [wrongTokens, wrongEncryptedTokens]) {
      expect(Object.isFrozen(table)).toBe(true)
      expect(Object.values(table).every((row) => Object.isFrozen(row))).toBe(true)
      expect(Object.entries(table).every(([name, { kind }]) => name === kind)).toBe(true)
    }
  })

  it.each(['constructor', '__proto__', 'expird'])('is not made of an unknown kind: %s', async (kind) => {
    await expect(as.mint({ wrong: kind as 'expired' })).rejects.toThrow(`wrong: got "${kind}", takes one of expired`)
  })
})

describe('a wrong encrypted token', () => {
  const decrypt = async (token: string) => {
    const { decryption } = encrypting.verifierOptions
    const { plaintext } = await compactDecrypt(token, await importJWK(decryption?.keys[0] ?? {}))
    return Buffer.from(plaintext).toString()
  }

  it('not_signed has bare claims inside', async () => {
    const claims = JSON.parse(await decrypt(await encrypting.mint({ wrong: 'not_signed' }))) as object
    expect(claims).toMatchObject({ iss: encrypting.issuer, sub: 'test-user' })
  })

  it.each(['wrong_decryption_key', 'tampered_ciphertext'] as const)('%s is not decrypted by jose', async (wrong) => {
    const token = await encrypting.mint({ wrong })
    expect(decodeProtectedHeader(token).kid).toBe(encrypting.verifierOptions.decryption?.keys[0]?.kid)
    await expect(decrypt(token)).rejects.toMatchObject({ code: 'ERR_JWE_DECRYPTION_FAILED' })
  })

  it.each(Object.values(wrongEncryptedTokens))('$kind needs an issuer that encrypts', async ({ kind }) => {
    await expect(as.mint({ wrong: kind })).rejects.toThrow(`wrong: got "${kind}", takes what it needs`)
  })
})
