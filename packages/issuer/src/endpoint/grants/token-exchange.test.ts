import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { api, basic, claimsOf, files, makeWorld, type Reply, secretHash, type World } from '../endpoint.test.support.ts'
import type { VerifiedSubjectToken } from './index.ts'

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const exchange = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: 'subject-token',
  subject_token_type: accessTokenType,
  resource: api,
}
let world: World

beforeAll(async () => {
  world = await makeWorld({
    claims: () => ({ act: { sub: 'admin' }, tenant: 't-1' }),
    clients: [
      {
        id: 'gateway',
        secretHashes: [secretHash],
        grants: ['token_exchange'],
        scope: 'read write',
        audience: [api, files],
      },
      { id: 'batch', secretHashes: [secretHash], grants: ['client_credentials'], scope: 'read', audience: api },
    ],
  })
})
beforeEach(() => setSubject({}))
afterAll(() => world.close())

function now(): number {
  return Math.floor(Date.now() / 1000)
}

function setSubject(more: Partial<VerifiedSubjectToken>): void {
  const subject = { subject: 'user-1', scopes: ['read', 'write', 'admin'], expiresAt: now() + 1000, ...more }
  world.subjects.set('subject-token', subject)
}

function post(more: Record<string, string> = {}, client = 'gateway'): Promise<Reply> {
  return world.post('/token', { ...exchange, ...more }, basic(client))
}

describe('token exchange (RFC 8693)', () => {
  it('gives a token for the next service, in which the client acts for the user', async () => {
    const reply = await post({ scope: 'read' })
    expect(reply.body).toEqual({
      access_token: expect.any(String) as string,
      issued_token_type: accessTokenType,
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'read',
    })
    expect(claimsOf(reply)).toMatchObject({
      sub: 'user-1',
      client_id: 'gateway',
      aud: api,
      scope: 'read',
      act: { sub: 'gateway' },
      tenant: 't-1',
    })
  })

  it('gives no scope that the subject token does not have, nor one that the client may not ask for', async () => {
    expect(claimsOf(await post())['scope']).toBe('read write')
    setSubject({ scopes: ['read'] })
    expect(claimsOf(await post())['scope']).toBe('read')
    for (const scope of ['write', 'read write', 'admin']) {
      expect((await post({ scope })).body['error']).toBe('invalid_scope')
    }
    setSubject({ scopes: [] })
    expect(claimsOf(await post())['scope']).toBeUndefined()
  })

  it('gives no token that outlives the subject token', async () => {
    setSubject({ expiresAt: now() + 20 })
    const reply = await post()
    expect(Number(reply.body['expires_in'])).toBeLessThanOrEqual(20)
    const { exp, iat } = claimsOf(reply)
    expect(Number(exp)).toBeLessThanOrEqual(now() + 20)
    expect(Number(exp) - Number(iat)).toBe(reply.body['expires_in'])
  })

  it('is for one API that the client may ask for, named by resource or audience', async () => {
    const { resource: _, ...unnamed } = exchange
    const headers = basic('gateway')
    expect(claimsOf(await world.post('/token', { ...unnamed, audience: files }, headers))['aud']).toBe(files)
    expect(claimsOf(await post({ audience: api }))['aud']).toBe(api)
    for (const more of [{ audience: files }, { resource: 'https://x.example' }]) {
      expect((await post(more)).body['error']).toBe('invalid_target')
    }
    expect((await world.post('/token', unnamed, headers)).body['error']).toBe('invalid_target')
  })

  it('keeps the chain of actors, and lets nobody replace it (RFC 8693 §4.1)', async () => {
    setSubject({ claims: { act: { sub: 'before' } } })
    expect(claimsOf(await post())['act']).toEqual({ sub: 'gateway', act: { sub: 'before' } })
  })

  it('may be limited by the subject token to some actor (RFC 8693 §4.4)', async () => {
    setSubject({ claims: { may_act: { sub: 'gateway' } } })
    expect((await post()).status).toBe(200)
    for (const mayAct of [{ sub: 'other' }, {}, 'gateway', null]) {
      setSubject({ claims: { may_act: mayAct } })
      expect((await post()).body['error']).toBe('invalid_request')
    }
  })

  const deep = Array.from({ length: 8 }).reduce<unknown>((act) => ({ sub: 'x', act }), undefined)
  it.each<[name: string, subject: Partial<VerifiedSubjectToken>]>([
    ['has no subject', { subject: undefined }],
    ['is bound to a key', { confirmation: { jkt: 'x' } }],
    ['has expired', { expiresAt: 1 }],
    ['has no time', { expiresAt: NaN }],
    ['was handed on too often', { claims: { act: deep } }],
    ['is about a client itself', { subject: 'batch', clientId: 'batch' }],
    ['is about a client itself', { subject: 'batch', claims: { client_id: 'batch' } }],
    ['is about a client itself', { subject: 'gateway', clientId: 'web' }],
  ])('refuses a subject token that %s', async (reason, subject) => {
    world.events.length = 0
    setSubject(subject)
    const reply = await post()
    expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_request'])
    expect(world.events).toMatchObject([{ code: 'subject_token_refused', clientId: 'gateway' }])
    if (reason !== 'has no time') expect(world.events).toMatchObject([{ reason: `the subject token ${reason}` }])
  })

  it('refuses what the verifier refuses, and answers 503 where that cannot tell', async () => {
    const status = async (outcome: unknown) => {
      world.subjects.set('subject-token', outcome)
      return (await post()).status
    }
    expect(await status(undefined)).toBe(400)
    expect(await status(Object.assign(new Error('expired'), { status: 401 }))).toBe(400)
    expect(await status(Object.assign(new Error('keys'), { status: 503 }))).toBe(503)
    expect(await status(new Error('bug'))).toBe(503)
  })

  it.each([
    [{ subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }],
    [{ subject_token_type: '' }],
    [{ subject_token: '' }],
    [{ subject_token: 'x'.repeat(16_385) }],
    [{ requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }],
    [{ actor_token: 'x', actor_token_type: accessTokenType }],
  ])('answers request %# with invalid_request', async (more) => {
    const reply = await post(more)
    expect([reply.status, reply.body['error']]).toEqual([400, 'invalid_request'])
  })

  it('is refused to clients that may not use it', async () => {
    expect((await post({}, 'batch')).body['error']).toBe('unauthorized_client')
  })
})
