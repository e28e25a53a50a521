import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createIssuer, generateDecryptionKey, IssuerConfigurationError } from '../index.ts'
import { api, basic, claimsOf, files, makeWorld, secret, secretHash, type World } from './endpoint.test.support.ts'
import { createTokenEndpoint, generateClientSecret, type TokenEndpointOptions } from './index.ts'

let world: World
const credentials = { grant_type: 'client_credentials', resource: api }

beforeAll(async () => {
  world = await makeWorld()
})
beforeEach(() => {
  world.events.length = 0
})
afterAll(() => world.close())

async function otherWorld(more: Partial<TokenEndpointOptions>): Promise<World> {
  const other = await makeWorld(more)
  onTestFinished(() => other.close())
  return other
}

describe('client_credentials', () => {
  it('gives a token for the client itself (RFC 6749 §4.4, RFC 9068 §2.2)', async () => {
    const reply = await world.post('/token', credentials, basic('batch'))
    expect(reply.status).toBe(200)
    expect(reply.headers.get('cache-control')).toBe('no-store')
    expect(reply.headers.get('pragma')).toBe('no-cache')
    expect(reply.headers.get('content-type')).toBe('application/json')
    expect(reply.body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'read write',
    })
    expect(claimsOf(reply)).toMatchObject({ sub: 'batch', client_id: 'batch', aud: api, scope: 'read write' })
    expect(world.events).toEqual([
      { type: 'issued', grantType: 'client_credentials', clientId: 'batch', subject: 'batch', audience: [api] },
    ])
  })

  it('gives less scope on request, and none that the client does not have (RFC 6749 §5.2)', async () => {
    const narrow = await world.post('/token', { ...credentials, scope: 'write' }, basic('batch'))
    expect(claimsOf(narrow)['scope']).toBe('write')
    for (const scope of ['read admin', 'READ', 'read  write', ' ']) {
      const reply = await world.post('/token', { ...credentials, scope }, basic('batch'))
      expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_scope'])
    }
  })

  it('says how long the token lives, where an API has its own time (RFC 6749 §5.1)', async () => {
    const resources = { [api]: { lifetimeSeconds: 40 }, [files]: {} }
    const issuer = await createIssuer({ issuer: 'https://as.example', resources })
    const other = await otherWorld({ issuer })
    for (const [resource, seconds] of [
      [api, 40],
      [files, 300],
    ] as const) {
      const reply = await other.post('/token', { ...credentials, resource }, basic('batch'))
      const { exp, iat } = claimsOf(reply)
      expect([reply.body['expires_in'], Number(exp) - Number(iat)]).toEqual([seconds, seconds])
    }
  })

  it('is for one API, which a client that has several must name (RFC 8707 §2)', async () => {
    const other = await world.post('/token', { ...credentials, resource: files }, basic('batch'))
    expect(claimsOf(other)['aud']).toBe(files)
    const only = await world.post('/token', { grant_type: 'client_credentials' }, basic('single'))
    expect(claimsOf(only)['aud']).toBe(api)
    const twice: [string, string][] = [...Object.entries(credentials), ['resource', files]]
    for (const form of [
      { grant_type: 'client_credentials' },
      { ...credentials, resource: 'https://x.example' },
      twice,
    ]) {
      const reply = await world.post('/token', form, basic('batch'))
      expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_target'])
    }
  })

  it('adds claims of the application, encrypts for the API, and lets neither name registered claims', async () => {
    const { kty, crv, x, y, kid, alg } = await generateDecryptionKey('ECDH-ES')
    const key = { kty, crv, x, y, kid, alg } as Awaited<ReturnType<typeof generateDecryptionKey>>
    const seen: unknown[] = []
    const other = await otherWorld({
      claims: async (token) => {
        seen.push(token)
        return { tenant: 't-1' }
      },
    })
    expect(claimsOf(await other.post('/token', credentials, basic('batch')))['tenant']).toBe('t-1')
    expect(seen).toEqual([
      {
        grantType: 'client_credentials',
        clientId: 'batch',
        subject: 'batch',
        audience: [api],
        scope: ['read', 'write'],
      },
    ])
    const encrypting = await otherWorld({ encryptFor: (audience) => (audience.includes(api) ? { key } : undefined) })
    const encrypted = await encrypting.post('/token', credentials, basic('batch'))
    expect(String(encrypted.body['access_token']).split('.')).toHaveLength(5)
    const wrong = await otherWorld({ claims: () => ({ sub: 'admin' }) })
    const reply = await wrong.post('/token', credentials, basic('batch'))
    expect([reply.status, reply.body['error']]).toEqual([500, 'server_error'])
    expect(wrong.events).toMatchObject([{ type: 'failed', status: 500, clientId: 'batch' }])
  })
})

describe('refresh_token', () => {
  const grantOf = (clientId: string) => ({ subject: 'user-1', clientId, scope: 'read write', audience: [api, files] })

  it('gives a token for the user and the next refresh token, also to a public client (RFC 6749 §6)', async () => {
    const { refreshToken } = await world.refreshTokens.issue({ ...grantOf('web'), claims: { acr: 'high' } })
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'web', resource: api }
    const reply = await world.post('/token', form)
    expect(reply.body).toMatchObject({ token_type: 'Bearer', scope: 'read write' })
    expect(reply.body['refresh_token']).not.toBe(refreshToken)
    expect(claimsOf(reply)).toMatchObject({ sub: 'user-1', client_id: 'web', aud: api, acr: 'high' })
    const next = { ...form, refresh_token: String(reply.body['refresh_token']), scope: 'read', resource: files }
    const narrow = claimsOf(await world.post('/token', next))
    expect(narrow).toMatchObject({ scope: 'read', aud: files })
  })

  it('ISSUER-3: ends the family on reuse, with invalid_grant (RFC 9700 §4.14.2)', async () => {
    const { refreshToken } = await world.refreshTokens.issue(grantOf('single'))
    const use = (token: string) =>
      world.post('/token', { grant_type: 'refresh_token', refresh_token: token, resource: api }, basic('single'))
    const first = String((await use(refreshToken)).body['refresh_token'])
    const second = String((await use(first)).body['refresh_token'])
    for (const token of [refreshToken, second]) {
      const reply = await use(token)
      expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_grant'])
    }
    expect(world.events.slice(-2)).toMatchObject([
      { type: 'refused', code: 'refresh_token_reused', clientId: 'single' },
      { type: 'refused', code: 'refresh_token_revoked', clientId: 'single' },
    ])
  })

  it('keeps a token bound to its key, and then does not call it a bearer token', async () => {
    const confirmation = { jkt: 'j'.repeat(43) }
    const { refreshToken } = await world.refreshTokens.issue({ ...grantOf('web'), confirmation })
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'web', resource: api }
    const reply = await world.post('/token', form)
    expect(reply.body['token_type']).toBe('DPoP')
    expect(claimsOf(reply)['cnf']).toEqual(confirmation)
  })

  it.each([
    [{ scope: 'admin' }, 'invalid_scope'],
    [{ resource: 'https://other.example' }, 'invalid_target'],
    [{ refresh_token: 'A'.repeat(64) }, 'invalid_grant'],
    [{ refresh_token: '' }, 'invalid_request'],
    [{ client_id: 'batch' }, 'invalid_client'],
  ])('answers %o with %s', async (more, error) => {
    const { refreshToken } = await world.refreshTokens.issue(grantOf('web'))
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'web', resource: api, ...more }
    const reply = await world.post('/token', form)
    expect([reply.status, reply.body['error']]).toEqual([400, error])
  })
})

describe('revocation (RFC 7009)', () => {
  const grant = { subject: 'user-1', clientId: 'single', audience: api }

  it('ends the family of a refresh token, and answers what it does not know in the same way', async () => {
    const { refreshToken } = await world.refreshTokens.issue(grant)
    for (const token of [refreshToken, refreshToken, 'A'.repeat(64), 'unknown']) {
      const reply = await world.post('/revoke', { token, token_type_hint: 'access_token' }, basic('single'))
      expect([reply.status, reply.body, reply.headers.get('cache-control')]).toEqual([200, {}, 'no-store'])
    }
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
    expect((await world.post('/token', form, basic('single'))).body['error']).toBe('invalid_grant')
  })

  it('is refused for the token of another client, for access tokens, and without client or token', async () => {
    const { refreshToken } = await world.refreshTokens.issue(grant)
    const accessToken = await world.issuer.issueAccessToken(grant)
    const attempts = [
      [{ token: refreshToken }, basic('batch'), 'invalid_grant'],
      [{ token: accessToken }, basic('single'), 'unsupported_token_type'],
      [{ token: 'a.b.c.d.e' }, basic('single'), 'unsupported_token_type'],
      [{ token: '' }, basic('single'), 'invalid_request'],
      [{ token: refreshToken }, {}, 'invalid_client'],
    ] as const
    for (const [form, headers, error] of attempts) {
      const reply = await world.post('/revoke', form, headers)
      expect([reply.status, reply.body['error']]).toEqual([400, error])
    }
    await expect(world.refreshTokens.use(refreshToken, { clientId: 'single' })).resolves.toBeDefined()
  })
})

describe('a request', () => {
  it.each([
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ grant_type: 'authorization_code' }, 'unsupported_grant_type'],
    [{ grant_type: 'constructor' }, 'unsupported_grant_type'],
    [{ grant_type: 'refresh_token', refresh_token: 'x' }, 'unauthorized_client'],
    [{}, 'invalid_request'],
    [{ grant_type: '' }, 'invalid_request'],
  ])('with %o is answered with %s (RFC 6749 §5.2)', async (form, error) => {
    const reply = await world.post('/token', form, basic('batch'))
    expect([reply.status, reply.body['error']]).toEqual([400, error])
    expect(reply.headers.get('cache-control')).toBe('no-store')
  })

  it.each(['grant_type', 'scope', 'client_id', 'unknown'])(
    'has the parameter %s once (RFC 6749 §3.2)',
    async (name) => {
      const form: [string, string][] = [...Object.entries(credentials), [name, ''], [name, 'read']]
      const reply = await world.post('/token', form, basic('batch'))
      expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_request'])
      expect(world.events).toMatchObject([{ type: 'refused', code: 'parameter_repeated', clientId: undefined }])
    },
  )

  it.each([
    ['%', 'form_malformed'],
    ['grant_type=%ff', 'form_malformed'],
    ['grant_type=%C3%28', 'form_malformed'],
    [Array.from({ length: 102 }, (_, index) => `p${index}=`).join('&'), 'form_malformed'],
  ])('is a well-formed form, number %#', async (body, code) => {
    const reply = await world.post('/token', body, basic('batch'))
    expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_request'])
    expect(world.events).toMatchObject([{ code }])
  })

  it.each([
    [{ 'content-type': 'application/json' }],
    [{ 'content-type': 'multipart/form-data; boundary=x' }],
    [{ 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' }],
    [{ 'content-type': 'text/plain' }],
    [{ 'content-encoding': 'gzip' }],
  ])('is a form with %o never', async (headers) => {
    const reply = await world.post('/token', credentials, { ...basic('batch'), ...headers })
    expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_request'])
  })

  it('may name its charset', async () => {
    const headers = { ...basic('batch'), 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' }
    expect((await world.post('/token', credentials, headers)).status).toBe(200)
  })

  it('says nothing in its URL (RFC 6749 §2.3.1)', async () => {
    const query = `?client_id=batch&client_secret=${secret}&grant_type=client_credentials`
    const reply = await world.post(`/token${query}`, {})
    expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_client'])
  })

  it.each(['GET', 'PUT', 'HEAD', 'OPTIONS'])('is a POST, and no %s', async (method) => {
    const response = await fetch(`${world.origin}/token`, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('DOS-2: over 64 KiB is refused, whether it says so or not', async () => {
    const long = `grant_type=${'x'.repeat(70_000)}`
    const announced = await world.post('/token', long, basic('batch'))
    expect([announced.status, announced.body['error']]).toEqual([413, 'invalid_request'])
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { ...basic('batch'), 'content-type': 'application/x-www-form-urlencoded' }
      const req = httpRequest(`${world.origin}/token`, { method: 'POST', headers, agent: false }, (res) => {
        res.resume()
        resolve(res.statusCode)
      })
      req.on('error', reject)
      req.write(long)
    })
    expect(status).toBe(413)
  })

  it('DOS-3: that is aborted frees what it held, and harms nobody', async () => {
    const socket = connect(Number(new URL(world.origin).port), '127.0.0.1')
    const head =
      'POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n\r\n'
    await new Promise<void>((resolve) => socket.write(`${head}grant`, () => resolve()))
    socket.destroy()
    await expect.poll(() => world.events).toMatchObject([{ code: 'form_malformed', reason: 'the request was aborted' }])
    expect((await world.post('/token', credentials, basic('batch'))).status).toBe(200)
  })
})

describe('what is not the endpoint', () => {
  it('is served by the issuer', async () => {
    const metadata = await fetch(`${world.origin}/.well-known/oauth-authorization-server`)
    expect(await metadata.json()).toMatchObject({
      issuer: world.origin,
      token_endpoint: `${world.origin}/token`,
      revocation_endpoint: `${world.origin}/revoke`,
      response_types_supported: [],
      grant_types_supported: ['client_credentials', 'refresh_token', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt', 'none'],
      token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['ES256', 'PS256']) as string[],
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt', 'none'],
    })
    for (const path of ['/', '/token/', '/TOKEN', '//token', '/revoke/x']) {
      expect((await world.post(path, credentials, basic('batch'))).status).toBe(404)
    }
  })

  it('lies below the issuer, where the application wants it', async () => {
    const issuer = await createIssuer({ issuer: 'https://as.example/tenant' })
    createTokenEndpoint({ issuer, clients: [], path: '/oauth/token', revocationPath: '/oauth/revoke' })
    expect(issuer.metadata()).toMatchObject({
      token_endpoint: 'https://as.example/tenant/oauth/token',
      revocation_endpoint: 'https://as.example/tenant/oauth/revoke',
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'],
    })
    expect(() => issuer.extendMetadata({ issuer: 'https://x.example' } as object)).toThrow('metadata.issuer')
  })
})

describe('LOG-1: no response, event or error', () => {
  it('LOG-1: has a token or a secret in it', async () => {
    const planted = 'planted-secret-value'
    const requests = [
      [{ ...credentials }, basic('batch', planted)],
      [{ ...credentials }, { authorization: `Basic ${planted}` }],
      [{ ...credentials, client_assertion: planted, client_assertion_type: planted }, {}],
      [{ ...credentials, client_id: 'batch', client_secret: planted }, {}],
      [{ grant_type: 'refresh_token', refresh_token: planted }, basic('single')],
      [{ grant_type: planted }, basic('batch')],
      [{ ...credentials, scope: planted }, basic('batch')],
      [{ ...credentials, resource: planted }, basic('batch')],
      [{ ...credentials, [planted]: `${planted}&` }, basic(planted)],
    ] as const
    const shown: string[] = []
    for (const [form, headers] of requests) {
      const reply = await world.post('/token', form, headers)
      expect(reply.status).toBeGreaterThanOrEqual(400)
      shown.push(JSON.stringify([...reply.headers]) + JSON.stringify(reply.body))
    }
    expect(world.events).toHaveLength(requests.length)
    for (const encoded of [planted, Buffer.from(planted).toString('base64')]) {
      expect(shown.join() + JSON.stringify(world.events)).not.toContain(encoded)
    }
  })
})

describe('a fault', () => {
  it('STORE-4: of a store is 503 with Retry-After, and no refusal of the client', async () => {
    const failing = async () => {
      throw new Error('connection lost')
    }
    const other = await otherWorld({ clients: failing })
    const reply = await other.post('/token', credentials, basic('batch'))
    expect([reply.status, reply.body['error']]).toEqual([503, 'temporarily_unavailable'])
    expect(reply.headers.get('retry-after')).toBe('5')
    expect(JSON.stringify(reply.body)).not.toContain('connection')
    expect(other.events).toMatchObject([{ type: 'failed', status: 503 }])
    const silent = await otherWorld({ clients: () => new Promise<never>(() => {}), storeTimeoutMs: 10 })
    expect((await silent.post('/token', credentials, basic('batch'))).status).toBe(503)
  })
})

describe('clients from a function', () => {
  it('are checked, and are found by exactly their id', async () => {
    const client = { id: 'batch', secretHashes: [secretHash], grants: ['client_credentials'], audience: api } as const
    const other = await otherWorld({ clients: async (id) => (id.toLowerCase() === 'batch' ? client : undefined) })
    expect((await other.post('/token', credentials, basic('batch'))).status).toBe(200)
    expect((await other.post('/token', credentials, basic('BATCH'))).body['error']).toBe('invalid_client')
    expect((await other.post('/token', credentials, basic('x'))).body['error']).toBe('invalid_client')
    const wrong = await otherWorld({ clients: () => ({ ...client, grants: ['password'] }) as never })
    expect((await wrong.post('/token', credentials, basic('batch'))).status).toBe(500)
  })
})

describe('wrong options', () => {
  const client = { id: 'a', secretHashes: [secretHash], grants: ['client_credentials'] as const }

  it.each<[options: object, message: string]>([
    [{ issuer: {} }, 'issuer: got an object, takes an object with issueAccessToken'],
    [{ clients: undefined }, 'clients: got undefined, takes an array of clients, or a function'],
    [{ clients: [client, client] }, 'clients[1].id: got "a", takes an id that no other client has'],
    [{ clients: [{ ...client, secretHashes: [secret] }] }, 'clients[0].secretHashes[0]: got something else'],
    [{ clients: [{ ...client, secretHashes: [] }] }, 'clients[0].secretHashes: got an empty array'],
    [{ clients: [{ ...client, isPublic: true }] }, 'clients[0]: got 2 of them, takes one of secretHashes, jwks'],
    [{ clients: [{ id: 'a', grants: [] }] }, 'clients[0]: got 0 of them'],
    [{ clients: [{ id: 'a', isPublic: true, grants: ['client_credentials'] }] }, 'takes refresh_token alone'],
    [{ clients: [{ ...client, grants: ['password'] }] }, 'clients[0].grants[0]: got "password"'],
    [{ clients: [{ ...client, scopes: [] }] }, 'clients[0].scopes: got an empty array, takes nothing'],
    [{ clients: [{ id: 'a', jwks: { keys: [{ kty: 'oct', k: 'x' }] }, grants: [] }] }, 'clients[0].jwks.keys[0]'],
    [{ clients: [{ id: 'a', jwks: { keys: [{ kty: 'EC', d: 'x' }] }, grants: [] }] }, 'takes a public RSA, EC or OKP'],
    [{ clients: [{ id: 'a', jwks: { keys: [] }, grants: [] }] }, 'takes a JWK Set with 1 to 20 keys'],
    [{ refreshTokens: {} }, 'refreshTokens: got an object, takes an object with use, revoke'],
    [{ tokenExchange: {} }, 'tokenExchange.verifier: got undefined'],
    [{ path: 'token' }, 'path: got "token", takes a path below the issuer'],
    [{ path: '/../token' }, 'path: got "/../token"'],
    [{ revocationPath: '/a?b' }, 'revocationPath: got "/a?b"'],
    [{ claims: {} }, 'claims: got an object, takes a function'],
    [{ storeTimeoutMs: 1 }, 'storeTimeoutMs: got 1'],
    [{ revocationPath: '/token' }, 'revocationPath: got "/token"'],
    [{ client: [] }, 'client: got an empty array, takes nothing'],
  ])('%o are refused by name', async (more, message) => {
    const issuer = await createIssuer({ issuer: 'https://as.example' })
    const make = () => createTokenEndpoint({ issuer, clients: [], ...more })
    expect(make).toThrow(IssuerConfigurationError)
    expect(make).toThrow(message)
    expect(make).not.toThrow(secret)
  })

  it('never hold a secret: what is generated is kept as a hash', () => {
    const one = generateClientSecret()
    expect(Buffer.from(one.secret, 'base64url')).toHaveLength(32)
    expect(one.secretHash).toMatch(/^sha256:[\w-]{43}$/)
    expect(one.secretHash).not.toContain(one.secret)
    expect(generateClientSecret().secret).not.toBe(one.secret)
  })
})
