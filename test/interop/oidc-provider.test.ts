import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { type AccessTokenErrorCode, createVerifier, type VerifierEvent, type VerifierOptions } from '@sallyport/core'
import { getAuth, protect, requireScopes } from '@sallyport/express'
import express from 'express'
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts'
import { startLoopbackServer } from './loopback-server.ts'

// The whole way, against a real authorization server: metadata, keys, token endpoint, API.

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const secret = randomBytes(32)
const encryption = {
  ecdh: { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'api-ec', key: ec.publicKey },
  dir: { alg: 'dir', enc: 'A256GCM', kid: 'api-secret', key: createSecretKey(secret) },
} as const
const decryption: VerifierOptions['decryption'] = {
  keys: [
    { key: ec.privateKey, algorithm: 'ECDH-ES+A256KW', kid: 'api-ec' },
    { key: secret, algorithm: 'dir', kid: 'api-secret' },
  ],
}

const resources = {
  'https://rs256.example': { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } },
  'https://es256.example': { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } },
  'https://eddsa.example': { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'EdDSA' } } },
  'https://ecdh.example': { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' }, encrypt: encryption.ecdh } },
  'https://dir.example': { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' }, encrypt: encryption.dir } },
  'https://unsigned.example': { accessTokenFormat: 'jwt', jwt: { sign: false, encrypt: encryption.dir } },
  'https://opaque.example': { accessTokenFormat: 'opaque' },
} as const
type Resource = keyof typeof resources

let as: AuthorizationServer
beforeAll(async () => {
  as = await startAuthorizationServer({ resources, algorithms: ['RS256', 'ES256', 'EdDSA'] })
}, 30_000)
afterAll(() => as.close())

const verifierFor = (audience: string, options: Partial<VerifierOptions> = {}) =>
  createVerifier({ issuer: as.issuer, audience, decryption, ...options } as VerifierOptions)

async function codeOf(verified: Promise<unknown>): Promise<AccessTokenErrorCode | 'accepted'> {
  return verified.then(
    () => 'accepted' as const,
    (error: { code: AccessTokenErrorCode }) => error.code,
  )
}

/** An Express app on a loopback port that protects one route. */
async function startApp(options: VerifierOptions) {
  const app = express()
  app.use(protect(options))
  app.get('/reports', requireScopes('reports:read'), (req, res) => {
    const { clientId, scopes, audience } = getAuth(req)
    res.json({ clientId, scopes, audience })
  })
  const server = await startLoopbackServer(app)
  onTestFinished(() => server.close())
  return async (token: string) => {
    const response = await fetch(`${server.origin}/reports`, { headers: { authorization: `Bearer ${token}` } })
    return { status: response.status, headers: response.headers, body: (await response.json()) as { code?: string } }
  }
}

describe('tokens of oidc-provider', () => {
  it.each<[Resource, object]>([
    ['https://rs256.example', { alg: 'RS256', typ: 'at+jwt', kid: 'RS256-1' }],
    ['https://es256.example', { alg: 'ES256', typ: 'at+jwt', kid: 'ES256-1' }],
    ['https://eddsa.example', { alg: 'EdDSA', typ: 'at+jwt', kid: 'EdDSA-1' }],
    ['https://ecdh.example', { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', cty: 'at+jwt', kid: 'api-ec' }],
    ['https://dir.example', { alg: 'dir', enc: 'A256GCM', cty: 'at+jwt', kid: 'api-secret' }],
  ])('are accepted for %s, by a verifier of either profile and over HTTP', async (resource, header) => {
    const token = await as.requestToken({ resource })
    expect(decodeProtectedHeader(token)).toMatchObject(header)
    for (const profile of ['interoperable', 'rfc9068'] as const) {
      const auth = await verifierFor(resource, { profile }).verify(token)
      expect(auth).toMatchObject({
        issuer: as.issuer,
        audience: [resource],
        clientId: 'client',
        scopes: ['reports:read', 'reports:write'],
        claims: { client_id: 'client', iss: as.issuer },
      })
      expect(auth.tokenId).toEqual(expect.any(String))
    }
    const get = await startApp({ issuer: as.issuer, audience: resource, decryption })
    const expected = { clientId: 'client', scopes: ['reports:read', 'reports:write'], audience: [resource] }
    expect(await get(token)).toMatchObject({ status: 200, body: expected })
    expect(await get(await as.requestToken({ resource, scope: 'reports:write' }))).toMatchObject({
      status: 403,
      body: { code: 'scope_insufficient' },
    })
  })

  it('are for the resource that was asked for, and no other', async () => {
    const token = await as.requestToken({ resource: 'https://es256.example' })
    expect(await codeOf(verifierFor('https://rs256.example').verify(token))).toBe('audience_refused')
    const get = await startApp({ issuer: as.issuer, audience: 'https://rs256.example' })
    const { status, headers, body } = await get(token)
    expect([status, body.code]).toEqual([401, 'audience_refused'])
    expect(headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/)
    const both = verifierFor('unused', { audience: ['https://rs256.example', 'https://es256.example'] })
    expect((await both.verify(token)).audience).toEqual(['https://es256.example'])
  })

  it('JWE-7: are refused when they are encrypted and not signed', async () => {
    const resource = 'https://unsigned.example'
    const token = await as.requestToken({ resource })
    expect(await codeOf(verifierFor(resource).verify(token))).toBe('not_signed')
    const get = await startApp({ issuer: as.issuer, audience: resource, decryption })
    expect(await get(token)).toMatchObject({ status: 401, body: { code: 'not_signed' } })
    const keys = [{ key: secret, algorithm: 'dir', kid: 'api-secret' }] as const
    const accepting = verifierFor(resource, { decryption: { keys, acceptUnsigned: true } })
    expect(await accepting.verify(token)).toMatchObject({ clientId: 'client', audience: [resource] })
  })

  it('JWE-9: repeat iss and aud in the header, which is compared', async () => {
    const token = await as.requestToken({ resource: 'https://ecdh.example' })
    expect(decodeProtectedHeader(token)).toMatchObject({ iss: as.issuer, aud: 'https://ecdh.example' })
  })

  it('JWE-10: are refused when they are only signed and decryption is required', async () => {
    const resource = 'https://rs256.example'
    const required = verifierFor(resource, { decryption: { ...decryption, required: true } })
    expect(await codeOf(required.verify(await as.requestToken({ resource })))).toBe('decryption_required')
  })

  it.each([undefined, 'https://opaque.example'])(
    'are refused as malformed when they are opaque (%s)',
    async (resource) => {
      const token = await as.requestToken(resource === undefined ? {} : { resource })
      expect(token).toMatch(/^[\w-]{43}$/)
      expect(await codeOf(verifierFor('https://rs256.example').verify(token))).toBe('token_malformed')
      const get = await startApp({ issuer: as.issuer, audience: 'https://rs256.example' })
      expect(await get(token)).toMatchObject({ status: 401, body: { code: 'token_malformed' } })
    },
  )

  it('BIND-1: are refused when they are bound to a DPoP key', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwk = await exportJWK(publicKey)
    const dpopProof = await new SignJWT({ htm: 'POST', htu: as.tokenEndpoint, jti: randomBytes(16).toString('hex') })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .setIssuedAt()
      .sign(privateKey)
    const resource = 'https://es256.example'
    const token = await as.requestToken({ resource, dpopProof })
    expect(decodeJwt(token)['cnf']).toEqual({ jkt: await calculateJwkThumbprint(jwk) })
    expect(await codeOf(verifierFor(resource).verify(token))).toBe('binding_missing')
    expect(await codeOf(verifierFor(resource, { binding: 'checked-by-caller' }).verify(token))).toBe('accepted')
    // The proof itself is no access token either.
    expect(await codeOf(verifierFor(resource).verify(dpopProof))).toBe('claim_missing')
  })
})

describe('the keys of oidc-provider', () => {
  it('are found by its metadata, once for all who use them', async () => {
    const own = await startAuthorizationServer({ resources })
    onTestFinished(() => own.close())
    const options = { issuer: own.issuer, audience: 'https://es256.example' }
    const verifiers = [createVerifier(options), createVerifier(options)]
    const get = await startApp(options)
    const before = own.requests.length
    const token = await own.requestToken({ resource: 'https://es256.example' })
    await Promise.all(verifiers.map((verifier) => verifier.verify(token)))
    expect((await get(token)).status).toBe(200)
    expect(own.requests.slice(before).filter((request) => request.startsWith('GET'))).toEqual([
      'GET /.well-known/oauth-authorization-server',
      'GET /jwks',
    ])
  })

  it('are found where OpenID Connect puts the metadata of an issuer with a path', async () => {
    const tenant = await startAuthorizationServer({ resources, path: '/tenant' })
    onTestFinished(() => tenant.close())
    const token = await tenant.requestToken({ resource: 'https://es256.example' })
    const verifier = createVerifier({ issuer: tenant.issuer, audience: 'https://es256.example' })
    expect((await verifier.verify(token)).issuer).toBe(tenant.issuer)
    expect(tenant.requests.filter((request) => request.startsWith('GET'))).toEqual([
      'GET /.well-known/oauth-authorization-server/tenant',
      'GET /tenant/.well-known/openid-configuration',
      'GET /tenant/jwks',
    ])
    const other = createVerifier({ issuer: `${tenant.issuer}/`, audience: 'https://es256.example' })
    expect(await codeOf(other.verify(token))).toBe('issuer_refused')
  })

  it('are found anew when they are rotated, and no longer used when they are withdrawn', async () => {
    const own = await startAuthorizationServer({ resources })
    onTestFinished(() => own.close())
    const resource = 'https://es256.example'
    const options = { issuer: own.issuer, audience: resource }
    const verifier = createVerifier(options)
    const get = await startApp(options)
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))

    const first = await own.requestToken({ resource })
    expect(await codeOf(verifier.verify(first))).toBe('accepted')
    await own.rotate('published')
    const second = await own.requestToken({ resource })
    expect(decodeProtectedHeader(second).kid).toBe('ES256-2')
    expect(await Promise.all([first, second, second, first].map((token) => codeOf(verifier.verify(token))))).toEqual(
      Array.from({ length: 4 }, () => 'accepted'),
    )
    await own.rotate('withdrawn')
    const third = await own.requestToken({ resource })
    expect(await codeOf(verifier.verify(third))).toBe('accepted')
    expect((await get(third)).status).toBe(200)
    const old = await Promise.all(
      [first, second].map(async (token) => [await codeOf(verifier.verify(token)), await get(token)]),
    )
    for (const [code, response] of old) {
      expect(code).toBe('key_unknown')
      expect(response).toMatchObject({ status: 401, body: { code: 'key_unknown' } })
    }
    const withdrawn = events.flatMap((event) =>
      event.type === 'keys' && event.event.type === 'keyWithdrawn' ? [event.event.key.kid] : [],
    )
    expect(withdrawn).toEqual(expect.arrayContaining(['ES256-1', 'ES256-2']))
  })

  it('serve known tokens while it is down; without any the answer is 503', async () => {
    const own = await startAuthorizationServer({ resources })
    const resource = 'https://es256.example'
    const tokens = await Promise.all([1, 2].map(() => own.requestToken({ resource })))
    const known = createVerifier({ issuer: own.issuer, audience: resource })
    await known.verify(tokens[0]!)
    await own.close()
    expect(await codeOf(known.verify(tokens[1]!))).toBe('accepted')
    const options = { issuer: own.issuer, audience: resource, jwksOptions: { maxStaleMs: 60_000 } }
    const get = await startApp(options)
    const { status, headers, body } = await get(tokens[0]!)
    expect([status, body.code]).toEqual([503, 'keys_unavailable'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(headers.get('www-authenticate')).toBeNull()
  })
})
