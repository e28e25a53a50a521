import { describe, expect, it, onTestFinished } from 'vitest'
import {
  createIssuer,
  createRefreshTokens,
  createSigner,
  generateDecryptionKey,
  generateSigningKey,
  type Issuer,
  memoryRefreshStore,
} from '../index.ts'
import { api, basic, claimsOf, files, makeWorld, secretHash, type World } from './endpoint.test.support.ts'
import { createTokenEndpoint, type TokenEndpointOptions } from './index.ts'

async function start(more: Partial<TokenEndpointOptions>): Promise<World> {
  const world = await makeWorld(more)
  onTestFinished(() => world.close())
  return world
}

const form = { grant_type: 'refresh_token', client_id: 'web' }

describe('refresh_token, while something fails', () => {
  const request = { subject: 'user-1', clientId: 'web', audience: api, scope: 'read' }

  /** An endpoint without any grace: whatever is spent cannot be used again. */
  async function strict(more: Partial<TokenEndpointOptions>) {
    const refreshTokens = createRefreshTokens({ store: memoryRefreshStore(), graceSeconds: 0 })
    const { refreshToken } = await refreshTokens.issue(request)
    const world = await start({ refreshTokens, ...more })
    return { world, post: () => world.post('/token', { ...form, refresh_token: refreshToken }) }
  }

  const faults: [name: string, make: (check: () => undefined) => Promise<Partial<TokenEndpointOptions>>][] = [
    ['claims', async (check) => ({ claims: async () => check() })],
    ['encryptFor', async (check) => ({ encryptFor: () => check() })],
    ['the service that signs', async (check) => ({ issuer: await signedByService(check) })],
  ]

  it.each(faults)('ISSUER-3: spends no refresh token: %s', async (_, make) => {
    let isDown = false
    const check = (): undefined => {
      if (isDown) throw Object.assign(new Error('down'), { status: 503 })
    }
    const { world, post } = await strict(await make(check))
    isDown = true
    for (let attempt = 0; attempt < 3; attempt++) expect((await post()).status).toBeGreaterThanOrEqual(500)
    isDown = false
    const reply = await post()
    expect(reply.status).toBe(200)
    expect(claimsOf(reply)['sub']).toBe('user-1')
    expect(world.events.map(({ type }) => type)).toEqual(['failed', 'failed', 'failed', 'issued'])
  })

  it('ISSUER-3: gives no access token that the refresh token was not spent for', async () => {
    const store = { ...memoryRefreshStore(), rotate: () => Promise.reject(new Error('connection lost')) }
    const refreshTokens = createRefreshTokens({ store })
    const { refreshToken } = await refreshTokens.issue(request)
    const world = await start({ refreshTokens })
    const reply = await world.post('/token', { ...form, refresh_token: refreshToken })
    expect([reply.status, Object.keys(reply.body)]).toEqual([503, ['error', 'error_description']])
    expect(world.events.map(({ type }) => type)).toEqual(['failed'])
  })
})

async function signedByService(check: () => undefined): Promise<Issuer> {
  const { kid, alg, publicJwk, sign } = await createSigner(await generateSigningKey('ES256'))
  const service = {
    kid,
    alg,
    publicJwk,
    sign: async (bytes: Uint8Array) => {
      check()
      return sign(bytes)
    },
  }
  return createIssuer({ issuer: 'https://as.example', keys: [service] })
}

describe('refresh_token, for several APIs', () => {
  const request = { subject: 'user-1', clientId: 'web', audience: [api, files], scope: 'read' }

  it('names one of them, and spends nothing when it does not (RFC 8707 §2.2)', async () => {
    const world = await start({})
    const { refreshToken } = await world.refreshTokens.issue(request)
    const post = (more: [string, string][]) =>
      world.post('/token', [...Object.entries({ ...form, refresh_token: refreshToken }), ...more])
    for (const [more, error] of [
      [[], 'invalid_target'],
      [
        [
          ['resource', api],
          ['resource', files],
        ],
        'invalid_target',
      ],
      [[['audience', api]], 'invalid_request'],
      [
        [
          ['resource', api],
          ['audience', api],
        ],
        'invalid_request',
      ],
    ] as [[string, string][], string][]) {
      const reply = await post(more)
      expect([reply.status, reply.body['error']]).toEqual([400, error])
    }
    expect(claimsOf(await post([['resource', files]]))['aud']).toBe(files)
  })
})

describe('APIs of the issuer', () => {
  const batch = { id: 'batch', secretHashes: [secretHash], scope: 'read write', audience: [api, files] }

  async function world() {
    const resources = { [api]: { scopes: ['read'] }, [files]: { scopes: ['write', 'purge'] } }
    const issuer = await createIssuer({ issuer: 'https://as.example', resources })
    const clients = [
      { ...batch, grants: ['client_credentials', 'token_exchange'], audience: [api, files, 'https://x.example'] },
      { id: 'web', isPublic: true, grants: ['refresh_token'] },
    ] as const
    return start({ issuer, clients })
  }

  it('give the scopes that they have, by default', async () => {
    const { post, subjects } = await world()
    const credentials = { grant_type: 'client_credentials' }
    expect((await post('/token', { ...credentials, resource: api }, basic('batch'))).body['scope']).toBe('read')
    expect((await post('/token', { ...credentials, resource: files }, basic('batch'))).body['scope']).toBe('write')
    subjects.set('token', { subject: 'user-1', scopes: ['read', 'write'], expiresAt: Date.now() / 1000 + 60 })
    const exchange = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'token',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      resource: files,
    }
    expect((await post('/token', exchange, basic('batch'))).body['scope']).toBe('write')
  })

  it('refuse a scope that they do not have, and an API that is not among them', async () => {
    const { post, events } = await world()
    const ask = async (more: Record<string, string>) => {
      const reply = await post('/token', { grant_type: 'client_credentials', ...more }, basic('batch'))
      return [reply.status, reply.body['error']]
    }
    expect(await ask({ resource: api, scope: 'write' })).toEqual([400, 'invalid_scope'])
    expect(await ask({ resource: 'https://x.example' })).toEqual([400, 'invalid_target'])
    expect(events).toMatchObject([{ code: 'scope_refused' }, { code: 'resource_refused' }])
  })

  it('decide about the scope of a refresh too, which spends nothing when it is refused', async () => {
    const { post, refreshTokens } = await world()
    const grant = { subject: 'user-1', clientId: 'web', audience: [api, files], scope: 'read write' }
    const { refreshToken } = await refreshTokens.issue(grant)
    const use = (more: object) => post('/token', { ...form, refresh_token: refreshToken, ...more })
    expect((await use({ resource: api, scope: 'write' })).body['error']).toBe('invalid_scope')
    expect((await use({ resource: api })).body['scope']).toBe('read')
  })

  it('say for whom tokens are encrypted, or the endpoint does: never both', async () => {
    const { kty, crv, x, y, kid, alg } = await generateDecryptionKey('ECDH-ES')
    const key = { kty, crv, x, y, kid, alg } as Awaited<ReturnType<typeof generateDecryptionKey>>
    const resources = { [api]: { encryptFor: { key } }, [files]: {} }
    const issuer = await createIssuer({ issuer: 'https://as.example', resources })
    const make = (more: object) => () => createTokenEndpoint({ issuer, clients: [], ...more })
    expect(make({ encryptFor: () => ({ key }) })).toThrow('encryptFor: got a function, takes nothing: resources')
    expect(make({})).not.toThrow()
  })
})

describe('pairwise subjects', () => {
  it('and token exchange exclude each other: the subject of the subject token is one already', async () => {
    const pairwiseSecret = Buffer.alloc(32, 7)
    const issuer = await createIssuer({ issuer: 'https://as.example', subjectType: 'pairwise', pairwiseSecret })
    const verifier = { verify: async () => undefined }
    expect(issuer.subjectType).toBe('pairwise')
    expect(() => createTokenEndpoint({ issuer, clients: [], tokenExchange: { verifier } })).toThrow(
      'tokenExchange: got an object, takes nothing where the issuer has pairwise subjects',
    )
    const other = await createIssuer({ issuer: 'https://as.example' })
    expect(other.subjectType).toBe('public')
    expect(() => createTokenEndpoint({ issuer: other, clients: [], tokenExchange: { verifier } })).not.toThrow()
  })
})

describe('a parameter', () => {
  it('is never overlooked for what stands before it', async () => {
    const world = await start({})
    const body = `grant_type=client_credentials&resource=${encodeURIComponent(api)}${'&'.repeat(101)}scope=read`
    const reply = await world.post('/token', body, basic('batch'))
    expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_request'])
    const few = await world.post('/token', body.replace('&'.repeat(101), '&&'), basic('batch'))
    expect(few.body['scope']).toBe('read')
  })
})

describe('a callback', () => {
  const never = () => new Promise<never>(() => {})
  const exchange = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: 'token',
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  }
  const clients = [
    { id: 'c', secretHashes: [secretHash], grants: ['client_credentials', 'token_exchange'], audience: api },
  ] as const

  it.each<[name: string, options: Partial<TokenEndpointOptions>, form: Record<string, string>]>([
    ['claims', { claims: never }, { grant_type: 'client_credentials' }],
    ['encryptFor', { encryptFor: never }, { grant_type: 'client_credentials' }],
    ['the verifier', { tokenExchange: { verifier: { verify: never } } }, exchange],
  ])('STORE-4: %s that does not answer in time is 503', async (_, options, asked) => {
    const world = await start({ clients, callbackTimeoutMs: 10, ...options })
    const reply = await world.post('/token', asked, basic('c'))
    expect([reply.status, reply.body['error']]).toEqual([503, 'temporarily_unavailable'])
  })
})

describe('LOG-1: a fault that is told', () => {
  it('LOG-1: is named by class and code alone: errors of others may have the request in them', async () => {
    const planted = 'planted-secret-value'
    const cause = Object.assign(new Error(planted), { code: 'ECONNRESET', config: { data: planted } })
    const fault = Object.assign(new TypeError(planted, { cause }), { code: `token ${planted}`, body: planted })
    const world = await start({
      claims: () => {
        throw fault
      },
    })
    await world.post('/token', { grant_type: 'client_credentials', resource: api }, basic('batch'))
    const expected = { name: 'TypeError', code: undefined, cause: { name: 'Error', code: 'ECONNRESET' } }
    expect(world.events).toEqual([{ type: 'failed', status: 500, clientId: 'batch', cause: expected }])
    expect(JSON.stringify(world.events)).not.toContain(planted)
  })
})
