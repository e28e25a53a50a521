import { inspect } from 'node:util'
import { createLocalJWKSet, decodeProtectedHeader, type JWK, jwtVerify } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { createIssuer, generateSigningKey, IssuerConfigurationError, type SigningAlgorithm } from './index.ts'
import { signingAlgorithmNames } from './signing-algorithms.ts'

/** ML-DSA has a test of its own, for the runtimes that have it. */
const usualNames = signingAlgorithmNames.filter((name) => !name.startsWith('ML-DSA'))

const issuer = 'https://as.example'
const request = { subject: 'user-1', clientId: 'web', audience: 'https://api.example' }

/** What jose, as the oracle, makes of a token. */
async function verifyByJose(token: string, jwks: { keys: JWK[] }) {
  return jwtVerify(token, createLocalJWKSet(jwks), { issuer, audience: request.audience, typ: 'at+jwt' })
}

describe('createIssuer', () => {
  it.each(usualNames)('signs with %s what jose verifies (RFC 9068 §2.1)', async (algorithm) => {
    const as = await createIssuer({ issuer, algorithm })
    const token = await as.issueAccessToken(request)
    const { payload, protectedHeader } = await verifyByJose(token, as.jwks())
    expect(protectedHeader).toEqual({ alg: algorithm, typ: 'at+jwt', kid: as.jwks().keys[0]?.kid })
    expect(payload.sub).toBe('user-1')
  })

  it('puts all the claims of RFC 9068 §2.2 into a token', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_999, toFake: ['Date'] })
    try {
      const as = await createIssuer({ issuer, accessTokenLifetimeSeconds: 60 })
      const confirmation = { jkt: 'a'.repeat(43) }
      const scope = ['reports:read', 'reports:write']
      const claims = { roles: ['admin'], auth_time: 1 }
      const token = await as.issueAccessToken({ ...request, scope, confirmation, claims })
      const { payload } = await verifyByJose(token, as.jwks())
      expect(payload).toEqual({
        iss: issuer,
        sub: 'user-1',
        aud: 'https://api.example',
        client_id: 'web',
        scope: 'reports:read reports:write',
        cnf: confirmation,
        roles: ['admin'],
        auth_time: 1,
        iat: 1_800_000_000,
        exp: 1_800_000_060,
        jti: expect.stringMatching(/^[\w-]{22}$/) as string,
      })
    } finally {
      vi.useRealTimers()
    }
  })

  it('gives each token another jti', async () => {
    const as = await createIssuer({ issuer })
    const tokens = await Promise.all(Array.from({ length: 20 }, () => as.issueAccessToken(request)))
    const ids = await Promise.all(tokens.map(async (token) => (await verifyByJose(token, as.jwks())).payload.jti))
    expect(new Set(ids).size).toBe(20)
  })

  it('signs with the first key and publishes all, so that tokens of the key before stay valid', async () => {
    const [before, after] = [await generateSigningKey('RS256'), await generateSigningKey('EdDSA')]
    const old = await createIssuer({ issuer, keys: [before] })
    const token = await old.issueAccessToken(request)
    const publicHalf = old.jwks().keys[0] as JWK
    const renewed = await createIssuer({ issuer, keys: [after, publicHalf] })
    expect(renewed.jwks().keys.map(({ kid }) => kid)).toEqual([after.kid, before.kid])
    await expect(verifyByJose(token, renewed.jwks())).resolves.toBeDefined()
    expect(decodeProtectedHeader(await renewed.issueAccessToken(request)).kid).toBe(after.kid)
  })

  it('takes algorithm for keys without alg, and makes their thumbprint the kid (RFC 7638)', async () => {
    const key = await generateSigningKey('PS384')
    const { alg: _, kid, ...bare } = key
    const as = await createIssuer({ issuer, algorithm: 'PS384', keys: [bare] })
    expect(as.jwks().keys).toMatchObject([{ alg: 'PS384', kid }])
  })

  it('is frozen, and its JWKS is a copy each time', async () => {
    const as = await createIssuer({ issuer })
    expect(Object.isFrozen(as)).toBe(true)
    as.jwks().keys.pop()
    const [key] = as.jwks().keys
    if (key) delete key.kid
    expect(as.jwks().keys[0]?.kid).toBeTypeOf('string')
  })
})

describe('a published JWKS', () => {
  const publicMembers = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use']

  it.each<SigningAlgorithm>(['RS256', 'ES512', 'EdDSA'])(
    'ISSUER-4: never contains private members, nor any other that a configured %s key has',
    async (algorithm) => {
      const key = await generateSigningKey(algorithm)
      const second = await generateSigningKey(algorithm)
      const extra = { oth: [{ r: 'r', d: 'd', t: 't' }], k: 'secret', note: 'internal', priv: 'p', x5u: 'https://a' }
      const as = await createIssuer({ issuer, keys: [{ ...extra, ...key }, second] as JWK[] })
      const { keys } = as.jwks()
      expect(keys).toHaveLength(2)
      for (const jwk of keys) expect(Object.keys(jwk).filter((name) => !publicMembers.includes(name))).toEqual([])
      const shown = JSON.stringify(as.jwks()) + inspect(as, { depth: 20, showHidden: true })
      expect(shown).not.toContain(key.d)
      expect(shown).not.toContain(second.d)
    },
  )

  it('ISSUER-4: never contains symmetric keys, as no issuer takes one', async () => {
    const k = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA'
    for (const keys of [[{ kty: 'oct', k, alg: 'HS256' }], [await generateSigningKey(), { kty: 'oct', k }]]) {
      const refused = createIssuer({ issuer, keys: keys as JWK[] })
      await expect(refused).rejects.toThrow(`keys[${keys.length - 1}].kty: got "oct"`)
      await expect(refused).rejects.not.toThrow(k)
    }
  })
})

describe('wrong options', () => {
  it.each<[options: unknown, message: string]>([
    [undefined, 'options: got undefined, takes an object'],
    [{}, 'issuer: got undefined, takes an https URL'],
    [{ issuer, algorithm: 'HS256' }, 'algorithm: got "HS256", takes one of RS256'],
    [{ issuer, algorithm: 'constructor' }, 'algorithm: got "constructor", takes one of'],
    [{ issuer, keys: [] }, 'keys: got an empty array, takes an array of keys'],
    [{ issuer, keys: ['pem'] }, 'keys[0]: got a string, takes a JWK'],
    [{ issuer, keyz: [] }, 'keyz: got an empty array, takes nothing'],
    [{ issuer, accessTokenLifetimeSeconds: 0 }, 'accessTokenLifetimeSeconds: got 0, takes a whole number of seconds'],
    [{ issuer, accessTokenLifetimeSeconds: 900_000 }, 'got 900000, takes a whole number of seconds from 1 to 86400'],
    [{ issuer, accessTokenLifetimeSeconds: '300' }, 'accessTokenLifetimeSeconds: got "300"'],
    [{ issuer, documentMaxAgeSeconds: 1.5 }, 'documentMaxAgeSeconds: got 1.5'],
  ])('%o are refused by name', async (options, message) => {
    const refused = createIssuer(options as Parameters<typeof createIssuer>[0])
    await expect(refused).rejects.toThrow(IssuerConfigurationError)
    await expect(refused).rejects.toThrow(message)
  })

  it('refuses a first key that is public, and two keys of one kid', async () => {
    const [one, two] = [await generateSigningKey(), await generateSigningKey()]
    const { d: _, ...publicJwk } = one
    await expect(createIssuer({ issuer, keys: [publicJwk] })).rejects.toThrow('keys[0]: got a public key')
    const twins = createIssuer({ issuer, keys: [one, { ...two, kid: one.kid }] as JWK[] })
    await expect(twins).rejects.toThrow('keys[1].kid: got ')
  })
})
