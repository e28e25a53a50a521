import type { RequestListener } from 'node:http'
import { createVerifier } from '@sallyport/core'
import {
  createIssuer,
  createRefreshTokens,
  createTokenEndpoint,
  generateClientSecret,
  type Issuer,
  memoryRefreshStore,
  type RefreshTokens,
  type TokenEndpoint,
} from '@sallyport/issuer'
import express from 'express'
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import Koa from 'koa'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type LoopbackServer, startLoopbackServer } from './loopback-server.ts'

const api = 'https://api.example'
const internal = 'https://internal.example'
const { secret, secretHash } = generateClientSecret()
const keys = await generateKeyPair('ES256')

let server: LoopbackServer
let issuer: Issuer
let refreshTokens: RefreshTokens
let endpoint: TokenEndpoint

beforeAll(async () => {
  server = await startLoopbackServer()
  issuer = await createIssuer({ issuer: `${server.origin}/tenant` })
  refreshTokens = createRefreshTokens({ store: memoryRefreshStore() })
  const verifier = createVerifier({ issuer: issuer.issuer, audience: api })
  const publicJwk = { ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'ES256' }
  endpoint = createTokenEndpoint({
    issuer,
    refreshTokens,
    tokenExchange: { verifier },
    clients: [
      {
        id: 'urn:service one+%',
        secretHashes: [secretHash],
        grants: ['client_credentials', 'token_exchange'],
        scope: 'read write',
        audience: [api, internal],
      },
      { id: 'signing', jwks: { keys: [publicJwk] }, grants: ['client_credentials'], scope: 'read', audience: api },
      { id: 'browser', isPublic: true, grants: ['refresh_token'] },
    ],
  })
  server.use(endpoint.handler)
})
afterAll(() => server.close())

/** Both verifiers take the token. */
async function verifyTwice(token: string, audience = api) {
  const own = createVerifier({ issuer: issuer.issuer, audience })
  const auth = await own.verify(token)
  const jwks = createRemoteJWKSet(new URL(issuer.metadata().jwks_uri))
  const { payload } = await jwtVerify(token, jwks, { issuer: issuer.issuer, audience, typ: 'at+jwt' })
  expect(payload.sub).toBe(auth.subject)
  return auth
}

describe('oauth4webapi as the client', () => {
  const insecure = { [oauth.allowInsecureRequests]: true }
  const service: oauth.Client = { client_id: 'urn:service one+%' }

  async function discover(): Promise<oauth.AuthorizationServer> {
    const identifier = new URL(issuer.issuer)
    const response = await oauth.discoveryRequest(identifier, { algorithm: 'oauth2', ...insecure })
    return oauth.processDiscoveryResponse(identifier, response)
  }

  it('finds the endpoints (RFC 8414)', async () => {
    expect(await discover()).toMatchObject({
      token_endpoint: `${server.origin}/tenant/token`,
      revocation_endpoint: `${server.origin}/tenant/revoke`,
    })
  })

  it('gets a token with client_secret_basic, whatever is in its id', async () => {
    const as = await discover()
    const parameters = new URLSearchParams({ resource: api, scope: 'read' })
    const auth = oauth.ClientSecretBasic(secret)
    const response = await oauth.clientCredentialsGrantRequest(as, service, auth, parameters, insecure)
    const result = await oauth.processClientCredentialsResponse(as, service, response)
    expect(result).toMatchObject({ token_type: 'bearer', expires_in: 300, scope: 'read' })
    const { subject, clientId, scopes } = await verifyTwice(result.access_token)
    expect([subject, clientId, scopes]).toEqual([service.client_id, service.client_id, ['read']])
  })

  it('gets a token with private_key_jwt (RFC 7523)', async () => {
    const as = await discover()
    const client = { client_id: 'signing' }
    const auth = oauth.PrivateKeyJwt({ key: keys.privateKey, kid: 'k' })
    const response = await oauth.clientCredentialsGrantRequest(as, client, auth, {}, insecure)
    const result = await oauth.processClientCredentialsResponse(as, client, response)
    expect((await verifyTwice(result.access_token)).subject).toBe('signing')
  })

  it('is told what is wrong in a way that it understands (RFC 6749 §5.2)', async () => {
    const as = await discover()
    const auth = oauth.ClientSecretBasic(secret)
    const response = await oauth.clientCredentialsGrantRequest(as, service, auth, { scope: 'admin' }, insecure)
    const error: unknown = await oauth.processClientCredentialsResponse(as, service, response).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(oauth.ResponseBodyError)
    expect(error).toMatchObject({ error: 'invalid_target', status: 400 })
    const wrong = await oauth.clientCredentialsGrantRequest(as, service, oauth.ClientSecretBasic('x'), {}, insecure)
    await expect(oauth.processClientCredentialsResponse(as, service, wrong)).rejects.toThrow(
      oauth.WWWAuthenticateChallengeError,
    )
  })

  it('refreshes, revokes, and is refused afterwards (RFC 6749 §6, RFC 7009)', async () => {
    const as = await discover()
    const client = { client_id: 'browser' }
    const { refreshToken } = await refreshTokens.issue({
      subject: 'user-1',
      clientId: 'browser',
      audience: api,
      scope: 'read',
    })
    const refresh = async (token: string) => {
      const response = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), token, insecure)
      return oauth.processRefreshTokenResponse(as, client, response)
    }
    const first = await refresh(refreshToken)
    expect((await verifyTwice(first.access_token)).subject).toBe('user-1')
    const second = await refresh(first.refresh_token!)
    const revoked = await oauth.revocationRequest(as, client, oauth.None(), second.refresh_token!, insecure)
    await oauth.processRevocationResponse(revoked)
    await expect(refresh(second.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('exchanges a token of a user for one for the next service (RFC 8693)', async () => {
    const as = await discover()
    const request = { subject: 'user-1', clientId: 'browser', audience: api, scope: ['read', 'admin'] }
    const parameters = {
      subject_token: await issuer.issueAccessToken(request),
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      resource: internal,
    }
    const type = 'urn:ietf:params:oauth:grant-type:token-exchange'
    const auth = oauth.ClientSecretBasic(secret)
    const response = await oauth.genericTokenEndpointRequest(as, service, auth, type, parameters, insecure)
    const result = await oauth.processGenericTokenEndpointResponse(as, service, response)
    const { subject, scopes, claims } = await verifyTwice(result.access_token, internal)
    expect([subject, scopes, claims['act']]).toEqual(['user-1', ['read'], { sub: service.client_id }])
    const forged = { ...parameters, subject_token: `${parameters.subject_token.slice(0, -4)}AAAA` }
    const refused = await oauth.genericTokenEndpointRequest(as, service, auth, type, forged, insecure)
    await expect(oauth.processGenericTokenEndpointResponse(as, service, refused)).rejects.toMatchObject({
      error: 'invalid_request',
    })
  })
})

describe('openid-client as the client', () => {
  it('finds the server, and gets a token with either authentication', async () => {
    const options: openid.DiscoveryRequestOptions = { execute: [openid.allowInsecureRequests], algorithm: 'oauth2' }
    const address = new URL(issuer.issuer)
    const basic = openid.ClientSecretBasic(secret)
    const service = await openid.discovery(address, 'urn:service one+%', undefined, basic, options)
    const byBasic = await openid.clientCredentialsGrant(service, { resource: internal })
    expect((await verifyTwice(byBasic.access_token, internal)).subject).toBe('urn:service one+%')
    const jwt = openid.PrivateKeyJwt({ key: keys.privateKey, kid: 'k' })
    const signing = await openid.discovery(address, 'signing', undefined, jwt, options)
    const byKey = await openid.clientCredentialsGrant(signing, {})
    expect((await verifyTwice(byKey.access_token)).subject).toBe('signing')
  })
})

describe('mounted in a framework', () => {
  const form = { grant_type: 'client_credentials', resource: api }

  async function statusAt(listener: RequestListener, body: string): Promise<number> {
    const mounted = await startLoopbackServer(listener)
    onTestFinished(() => mounted.close())
    const [id, password] = [encodeURIComponent('urn:service one+%'), encodeURIComponent(secret)]
    const headers = {
      authorization: `Basic ${btoa(`${id}:${password}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    }
    const response = await fetch(`${mounted.origin}/tenant/token`, { method: 'POST', headers, body })
    return response.status
  }

  it.each<[name: string, use: (app: express.Express) => void]>([
    ['before any parser', (app) => void app.use(endpoint.handler)],
    ['below a path', (app) => void app.use('/tenant', endpoint.handler)],
    ['behind express.urlencoded', (app) => void app.use(express.urlencoded(), endpoint.handler)],
    ['behind the extended parser', (app) => void app.use(express.urlencoded({ extended: true }), endpoint.handler)],
    ['behind express.text', (app) => void app.use(express.text({ type: () => true }), endpoint.handler)],
    ['behind express.raw', (app) => void app.use(express.raw({ type: () => true }), endpoint.handler)],
    ['behind a parser for something else', (app) => void app.use(express.json(), endpoint.handler)],
  ])('Express, %s, answers the same', async (_, use) => {
    const app = express()
    use(app)
    expect(await statusAt(app, new URLSearchParams(form).toString())).toBe(200)
    expect(await statusAt(app, `${new URLSearchParams(form).toString()}&scope=read&scope=write`)).toBe(400)
  })

  it('Koa answers the same, before a parser', async () => {
    const app = new Koa()
    app.use((ctx) => {
      ctx.respond = false
      endpoint.handler(ctx.req, ctx.res)
    })
    const handle = app.callback()
    const listener: RequestListener = (req, res) => void handle(req, res)
    expect(await statusAt(listener, new URLSearchParams(form).toString())).toBe(200)
    expect(await statusAt(listener, 'grant_type=password')).toBe(400)
  })
})
