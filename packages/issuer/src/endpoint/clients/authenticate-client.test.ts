import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { api, basic, makeKeyClient, makeWorld, secret, secretHash, type World } from '../endpoint.test.support.ts'
import { generateClientSecret, memoryAssertionReplays } from './index.ts'

let world: World
const form = { grant_type: 'client_credentials', resource: api }
const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

beforeAll(async () => {
  world = await makeWorld()
})
beforeEach(() => {
  world.events.length = 0
})
afterAll(() => world.close())

function now(): number {
  return Math.floor(Date.now() / 1000)
}

let serial = 0
function claims(more: Record<string, unknown> = {}): Record<string, unknown> {
  const jti = `jti-${serial++}`
  return { iss: 'keys', sub: 'keys', aud: world.origin, iat: now(), exp: now() + 60, jti, ...more }
}

function asserting(assertion: string): Record<string, string> {
  return { ...form, client_assertion_type: type, client_assertion: assertion }
}

async function errorOf(more: Record<string, string>, headers: Record<string, string> = {}): Promise<unknown> {
  const reply = await world.post('/token', more, headers)
  return reply.status === 200 ? 'none' : reply.body['error']
}

describe('client_secret_basic (RFC 6749 §2.3.1)', () => {
  it('takes id and secret, form-encoded each', async () => {
    expect(await errorOf(form, basic('batch'))).toBe('none')
    expect(await errorOf(form, basic('a:b c/ü'))).toBe('none')
    const percent = Buffer.from(`${encodeURIComponent('a:b c/ü')}:${secret}`).toString('base64')
    expect(await errorOf(form, { authorization: `bAsIc   ${percent}` })).toBe('none')
    expect(await errorOf({ ...form, client_id: 'batch' }, basic('batch'))).toBe('none')
  })

  it('takes each of two secrets while one is replaced', async () => {
    const next = generateClientSecret()
    const secretHashes = [secretHash, next.secretHash]
    const other = await makeWorld({
      clients: [{ id: 'batch', secretHashes, grants: ['client_credentials'], audience: api }],
    })
    onTestFinished(() => other.close())
    for (const one of [secret, next.secret]) {
      expect((await other.post('/token', form, basic('batch', one))).status).toBe(200)
    }
    expect((await other.post('/token', form, basic('batch', 'x'))).status).toBe(401)
  })

  it.each<[name: string, headers: Record<string, string>]>([
    ['a wrong secret', basic('batch', `${secret.slice(0, -1)}_`)],
    ['a secret that is longer', basic('batch', `${secret}x`)],
    ['the hash for a secret', basic('batch', secretHash)],
    ['an unknown client', basic('nobody')],
    ['another case', basic('Batch')],
    ['a client that has keys', basic('keys')],
    ['a public client', basic('web')],
    ['an id of thousands of characters', basic('x'.repeat(5000))],
    ['no secret', { authorization: `Basic ${Buffer.from('batch').toString('base64')}` }],
    ['an empty secret', { authorization: `Basic ${Buffer.from('batch:').toString('base64')}` }],
    ['no base64', { authorization: 'Basic !!!!' }],
    ['base64 with loose bits', { authorization: 'Basic YR==' }],
    ['two tokens', { authorization: `${basic('batch').authorization} x` }],
    ['no UTF-8', { authorization: `Basic ${Buffer.from([0xff, 0x3a, 0x61]).toString('base64')}` }],
    ['a broken percent', { authorization: `Basic ${Buffer.from('batch%:x').toString('base64')}` }],
    ['another scheme', { authorization: `Bearer ${secret}` }],
    ['nothing', { authorization: '' }],
  ])('refuses %s with 401 and a challenge', async (_, headers) => {
    const reply = await world.post('/token', form, headers)
    expect([reply.status, reply.body['error']]).toEqual([401, 'invalid_client'])
    expect(reply.headers.get('www-authenticate')).toBe('Basic realm="token endpoint", charset="UTF-8"')
    expect(world.events).toMatchObject([{ type: 'refused', code: 'client_refused', clientId: undefined }])
  })
})

describe('private_key_jwt (RFC 7523)', () => {
  it.each([
    ['the issuer', () => world.origin],
    ['the token endpoint', () => `${world.origin}/token`],
    ['both', () => [world.origin, `${world.origin}/token`]],
  ])('takes an assertion for %s', async (_, aud) => {
    expect(await errorOf(asserting(await world.keyClient.sign(claims({ aud: aud() }))))).toBe('none')
  })

  it('takes the types JWT and client-authentication+jwt, and the client named besides', async () => {
    for (const typ of ['JWT', 'client-authentication+jwt', 'application/client-authentication+jwt']) {
      expect(await errorOf(asserting(await world.keyClient.sign(claims(), { typ })))).toBe('none')
    }
    const named = { ...asserting(await world.keyClient.sign(claims())), client_id: 'keys' }
    expect(await errorOf(named)).toBe('none')
  })

  it.each(['RS256', 'PS384', 'ES384', 'EdDSA'])('takes a key for %s', async (alg) => {
    const client = await makeKeyClient(alg)
    const other = await makeWorld({
      clients: [{ id: 'keys', jwks: { keys: [client.jwk] }, grants: ['client_credentials'], audience: api }],
    })
    onTestFinished(() => other.close())
    const assertion = await client.sign(claims({ aud: other.origin }))
    expect((await other.post('/token', asserting(assertion))).status).toBe(200)
  })

  it.each<[name: string, change: () => Record<string, unknown>, header?: Record<string, unknown>]>([
    ['from somebody else', () => ({ iss: 'other' })],
    ['for another server', () => ({ aud: 'https://other.example' })],
    ['for another server too', () => ({ aud: [world.origin, 'https://other.example'] })],
    ['for the revocation endpoint', () => ({ aud: `${world.origin}/revoke` })],
    ['for the issuer with a slash', () => ({ aud: `${world.origin}/` })],
    ['for nobody', () => ({ aud: [] })],
    ['without aud', () => ({ aud: undefined })],
    ['without exp', () => ({ exp: undefined })],
    ['that has expired', () => ({ exp: now() - 11 })],
    ['that lives longer than five minutes', () => ({ exp: now() + 330 })],
    ['from the future', () => ({ iat: now() + 60, exp: now() + 120 })],
    ['not valid yet', () => ({ nbf: now() + 60 })],
    ['without jti', () => ({ jti: undefined })],
    ['with an empty jti', () => ({ jti: '' })],
    ['with a long jti', () => ({ jti: 'x'.repeat(257) })],
    ['with a number for jti', () => ({ jti: 7 })],
    ['that is an access token', () => ({}), { typ: 'at+jwt' }],
    ['that is a DPoP proof', () => ({}), { typ: 'dpop+jwt' }],
    ['whose type is a number', () => ({}), { typ: 1 }],
    ['whose type is an object', () => ({}), { typ: {} }],
    ['of a key id that is unknown', () => ({}), { kid: 'other' }],
    ['that is too long', () => ({ more: 'x'.repeat(9000) })],
  ])('refuses an assertion %s', async (_, change, header) => {
    const reply = await world.post('/token', asserting(await world.keyClient.sign(claims(change()), header)))
    expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_client'])
    expect(reply.headers.get('www-authenticate')).toBeNull()
  })

  it('refuses an assertion that is not signed by the client: by nobody, by another key, or with a secret', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const byStranger = await new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid: 'key-1' }).sign(privateKey)
    const hmac = new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
    const bySecret = await hmac.sign(Buffer.from(JSON.stringify(world.keyClient.jwk)))
    const unsigned = new UnsecuredJWT(claims()).encode()
    const good = await world.keyClient.sign(claims())
    const changed = good.replace(
      /\.[^.]+\./,
      `.${Buffer.from(JSON.stringify(claims({ sub: 'keys' }))).toString('base64url')}.`,
    )
    for (const assertion of [byStranger, bySecret, unsigned, changed, 'a.b.c', 'x', `${good}=`]) {
      expect(await errorOf(asserting(assertion))).toBe('invalid_client')
    }
  })

  it('refuses an assertion of a client that has no keys, or is unknown', async () => {
    for (const id of ['batch', 'web', 'nobody', '']) {
      const assertion = await world.keyClient.sign(claims({ iss: id, sub: id }))
      expect(await errorOf(asserting(assertion))).toBe('invalid_client')
    }
  })

  it('takes an assertion once, of many at the same time too (RFC 7523 §3)', async () => {
    const assertion = await world.keyClient.sign(claims())
    const replies = await Promise.all(Array.from({ length: 10 }, () => errorOf(asserting(assertion))))
    expect(replies.filter((error) => error === 'none')).toHaveLength(1)
    expect(replies.filter((error) => error === 'invalid_client')).toHaveLength(9)
    expect(await errorOf({ token: 'x', ...asserting(assertion) })).toBe('invalid_client')
  })

  it('does not remember an assertion that is not signed by the client', async () => {
    const jti = 'shared-jti'
    const { privateKey } = await generateKeyPair('ES256')
    const forged = await new SignJWT(claims({ jti }))
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
      .sign(privateKey)
    expect(await errorOf(asserting(forged))).toBe('invalid_client')
    expect(await errorOf(asserting(await world.keyClient.sign(claims({ jti }))))).toBe('none')
  })

  it.each([
    ['the wrong type', (assertion: string) => ({ client_assertion: assertion, client_assertion_type: 'jwt' })],
    ['no type', (assertion: string) => ({ client_assertion: assertion })],
    ['no assertion', () => ({ client_assertion_type: type })],
  ])('refuses %s', async (_, parameters) => {
    expect(await errorOf({ ...form, ...parameters(await world.keyClient.sign(claims())) })).toBe('invalid_client')
  })

  it('STORE-4: answers 503 when it cannot be remembered', async () => {
    const assertionReplays = { remember: () => Promise.reject(new Error('connection lost')) }
    const other = await makeWorld({ assertionReplays })
    onTestFinished(() => other.close())
    const assertion = await other.keyClient.sign(claims({ aud: other.origin }))
    expect((await other.post('/token', asserting(assertion))).status).toBe(503)
  })
})

describe('exactly one method', () => {
  it.each<[name: string, make: () => Promise<[Record<string, string>, Record<string, string>]>]>([
    ['Basic and an assertion', async () => [asserting(await world.keyClient.sign(claims())), basic('batch')]],
    ['Basic and a posted secret', async () => [{ ...form, client_id: 'batch', client_secret: secret }, basic('batch')]],
    [
      'an assertion and a posted secret',
      async () => [{ ...asserting(await world.keyClient.sign(claims())), client_secret: secret }, {}],
    ],
    ['Basic and the id of another client', async () => [{ ...form, client_id: 'single' }, basic('batch')]],
    [
      'an assertion and another id',
      async () => [{ ...asserting(await world.keyClient.sign(claims())), client_id: 'batch' }, {}],
    ],
  ])('is used: %s is invalid_request (RFC 6749 §2.3)', async (_, make) => {
    const [parameters, headers] = await make()
    const reply = await world.post('/token', parameters, headers)
    expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_request'])
  })

  it('is used: two Authorization fields are invalid_request', async () => {
    const { request } = await import('node:http')
    const field = basic('batch').authorization
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = ['Authorization', field, 'authorization', field, 'Host', 'x', 'Connection', 'close']
      headers.push('Content-Type', 'application/x-www-form-urlencoded')
      const req = request(`${world.origin}/token`, { method: 'POST', headers, agent: false }, (res) => {
        res.resume()
        resolve(res.statusCode)
      })
      req.on('error', reject).end(new URLSearchParams(form).toString())
    })
    expect(status).toBe(400)
    expect(world.events).toMatchObject([{ code: 'client_ambiguous' }])
  })

  it.each<[name: string, parameters: Record<string, string>]>([
    ['client_secret_post', { client_id: 'batch', client_secret: secret }],
    ['a client with a secret, by id alone', { client_id: 'batch' }],
    ['a client with keys, by id alone', { client_id: 'keys' }],
    ['nobody', {}],
  ])('does not let in %s', async (_, parameters) => {
    expect(await errorOf({ ...form, ...parameters })).toBe('invalid_client')
  })

  it('does not let a public client use another grant type', async () => {
    expect(await errorOf({ ...form, client_id: 'web' })).toBe('unauthorized_client')
  })
})

describe('the memory of assertions', () => {
  it('DOS-2: is bounded, and full it fails rather than forgets what is still good', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const replays = memoryAssertionReplays({ maxAssertions: 2 })
    expect(await replays.remember('a', Date.now() + 60_000, 'one')).toBe(true)
    expect(await replays.remember('b', Date.now() + 1_000, 'two')).toBe(true)
    await expect(replays.remember('c', Date.now() + 60_000, 'three')).rejects.toThrow('Too many client assertions')
    expect(await replays.remember('a', Date.now() + 60_000, 'one')).toBe(false)
    vi.setSystemTime(Date.now() + 1_000)
    expect(await replays.remember('c', Date.now() + 60_000, 'three')).toBe(true)
    expect(await replays.remember('a', Date.now() + 60_000, 'one')).toBe(false)
    expect(() => memoryAssertionReplays({ maxAssertions: 0 })).toThrow('maxAssertions: got 0')
  })
  it('DOS-2: is filled by no client for the others: each has a quarter of it', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const replays = memoryAssertionReplays({ maxAssertions: 8 })
    const remember = (key: string, client: string) => replays.remember(key, Date.now() + 60_000, client)
    expect([await remember('a', 'greedy'), await remember('b', 'greedy')]).toEqual([true, true])
    await expect(remember('c', 'greedy')).rejects.toThrow('Too many client assertions')
    expect(await remember('b', 'greedy')).toBe(false)
    expect([await remember('d', 'other'), await remember('e', 'third')]).toEqual([true, true])
    vi.setSystemTime(Date.now() + 60_000)
    expect([await remember('a', 'greedy'), await remember('c', 'greedy')]).toEqual([true, true])
    await expect(remember('f', 'greedy')).rejects.toThrow('Too many client assertions')
  })

  it('DOS-2: is asked with the client, hashed, so that a store can do the same', async () => {
    const asked: unknown[][] = []
    const assertionReplays = { remember: async (...values: unknown[]) => asked.push(values) > 0 }
    const other = await makeWorld({ assertionReplays })
    onTestFinished(() => other.close())
    for (let count = 0; count < 2; count++) {
      await other.post('/token', asserting(await other.keyClient.sign(claims({ aud: other.origin }))))
    }
    const hash = expect.stringMatching(/^[\w-]{43}$/) as string
    expect(asked).toEqual([1, 2].map(() => [hash, expect.any(Number) as number, hash]))
    expect(asked[0]?.[2]).toBe(asked[1]?.[2])
  })
})
