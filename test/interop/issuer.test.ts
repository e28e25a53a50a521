import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { createVerifier } from '@sallyport/core'
import {
  createIssuer,
  createJwksHandler,
  createKeyRing,
  type Issuer,
  memoryKeyStorage,
  type SigningAlgorithm,
} from '@sallyport/issuer'
import express from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import { createVerifier as createFastVerifier } from 'fast-jwt'
import { compactDecrypt, createRemoteJWKSet, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type LoopbackServer, startLoopbackServer } from './loopback-server.ts'

// Tokens that Sallyport issues, at the verifiers that others have.

const audience = 'https://api.example'
const request = { subject: 'jane', clientId: 'client', audience, scope: ['reports:read'], claims: { roles: ['admin'] } }
const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')
/** Neither jsonwebtoken nor fast-jwt knows all of them. */
const forJsonwebtoken = algorithms.slice(0, 9)
const forFastJwt = algorithms.slice(0, 10)

let server: LoopbackServer
beforeAll(async () => {
  server = await startLoopbackServer()
})
afterAll(() => server.close())
afterEach(() => {
  vi.useRealTimers()
})

async function startIssuer(algorithm: string): Promise<Issuer> {
  const issuer = await createIssuer({ issuer: server.origin, algorithm: algorithm as SigningAlgorithm })
  server.use(issuer.handler)
  return issuer
}

function publicKeyOf(issuer: Issuer): string {
  const jwk = issuer.jwks().keys[0] as JsonWebKey
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string
}

/** By the types of @sallyport/express, `req.auth` is something else. */
function subjectOf(req: object): unknown {
  return (req as { readonly auth?: { readonly payload: { readonly sub?: string } } }).auth?.payload.sub
}

/** Something of the signature is changed. */
function forged(token: string): string {
  const at = token.length - 10
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}

describe('a token of createIssuer', () => {
  it.each(algorithms)('is verified by jose with the published keys: %s', async (alg) => {
    const issuer = await startIssuer(alg)
    const token = await issuer.issueAccessToken(request)
    const keys = createRemoteJWKSet(new URL(issuer.metadata().jwks_uri))
    const options = { issuer: server.origin, audience, typ: 'at+jwt', requiredClaims: ['client_id', 'jti', 'scope'] }
    expect((await jwtVerify(token, keys, options)).payload).toMatchObject({ sub: 'jane', roles: ['admin'] })
    await expect(jwtVerify(forged(token), keys, options)).rejects.toThrow('signature verification failed')
  })

  it.each(forJsonwebtoken)('is verified by jsonwebtoken: %s', async (alg) => {
    const issuer = await startIssuer(alg)
    const token = await issuer.issueAccessToken(request)
    const options = { algorithms: [alg as jsonwebtoken.Algorithm], issuer: server.origin, audience }
    expect(jsonwebtoken.verify(token, publicKeyOf(issuer), options)).toMatchObject({ sub: 'jane', client_id: 'client' })
    expect(() => jsonwebtoken.verify(forged(token), publicKeyOf(issuer), options)).toThrow('invalid signature')
  })

  it.each(forFastJwt)('is verified by fast-jwt: %s', async (alg) => {
    const issuer = await startIssuer(alg)
    const token = await issuer.issueAccessToken(request)
    const verify = createFastVerifier({
      key: publicKeyOf(issuer),
      algorithms: [alg as 'RS256'],
      allowedIss: server.origin,
      allowedAud: audience,
      checkTyp: 'at+jwt',
      requiredClaims: ['iss', 'aud', 'exp', 'sub', 'client_id', 'iat', 'jti'],
    })
    expect(verify(token)).toMatchObject({ sub: 'jane', scope: 'reports:read' })
    expect(() => verify(forged(token)) as unknown).toThrow('signature is invalid')
  })

  it('opens an API that express-oauth2-jwt-bearer protects, strictly by RFC 9068, found by discovery', async () => {
    const issuer = await startIssuer('RS256')
    const app = express()
    app.use(auth({ issuerBaseURL: server.origin, audience, strict: true }))
    app.get('/reports', requiredScopes('reports:read'), (req, res) => void res.json(subjectOf(req)))
    const api = await startLoopbackServer(app)
    try {
      const call = (token: string) => fetch(`${api.origin}/reports`, { headers: { authorization: `Bearer ${token}` } })
      const token = await issuer.issueAccessToken(request)
      const answer = await call(token)
      expect([answer.status, await answer.json()]).toEqual([200, 'jane'])
      expect((await call(forged(token))).status).toBe(401)
      expect((await call(await issuer.issueAccessToken({ ...request, scope: 'other' }))).status).toBe(403)
    } finally {
      await api.close()
    }
  })
})

describe('a resource server with a key ring for decryption', () => {
  it('decrypts through its rotations what is encrypted for the key that it publishes', async () => {
    vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
    const keyRing = await createKeyRing({
      use: 'enc',
      storage: memoryKeyStorage(),
      rotateEverySeconds: 86_400,
      publishAheadSeconds: 3_600,
      longestTokenLifetimeSeconds: 3_600,
    })
    server.use(createJwksHandler(keyRing))
    const verifierOptions = { audience, decryption: { keys: () => keyRing.decryptionKeys(), required: true } }
    const jwksUri = `${server.origin}/.well-known/jwks.json`
    const kids = new Set<unknown>()
    let before: string | undefined
    for (let day = 0; day < 4; day++) {
      // Made anew, and with it what it has fetched: Date is the only clock that goes on here.
      const issuer = await createIssuer({
        issuer: 'https://as.example',
        accessTokenLifetimeSeconds: 3_600,
        resources: { [audience]: { encryptFor: { jwksUri: `${jwksUri}?day=${day}` } } },
      })
      const options = { issuer: issuer.issuer, jwks: issuer.jwks() as never }
      const verifier = createVerifier({ ...verifierOptions, ...options })
      const token = await issuer.issueAccessToken(request)
      kids.add(decodeProtectedHeader(token).kid)
      expect((await verifier.verify(token)).subject).toBe('jane')
      vi.setSystemTime(Date.now() + 86_400_000 - 600_000)
      const last = await issuer.issueAccessToken(request)
      vi.setSystemTime(Date.now() + 600_000)
      await keyRing.refresh()
      // The key has been replaced meanwhile, but is kept for the tokens of before.
      expect(keyRing.inspect().keys.find(({ kid }) => kid === decodeProtectedHeader(last).kid)?.state).toBe('retiring')
      expect((await verifier.verify(last)).subject).toBe('jane')
      before = last
    }
    expect(kids.size).toBe(4)
    vi.setSystemTime(Date.now() + 3 * 3_600_000)
    const ended = decodeProtectedHeader(String(before)).kid
    expect((await keyRing.decryptionKeys()).map(({ kid }) => kid)).not.toContain(ended)
    keyRing.close()
  })

  it('publishes keys that jose encrypts for and decrypts with', async () => {
    const keyRing = await createKeyRing({ use: 'enc', storage: memoryKeyStorage() })
    server.use(createJwksHandler(keyRing))
    const issuer = await createIssuer({ issuer: 'https://as.example' })
    const encryptFor = { jwksUri: `${server.origin}/.well-known/jwks.json` }
    const token = await issuer.issueAccessToken({ ...request, encryptFor })
    const [current] = await keyRing.decryptionKeys()
    const { protectedHeader } = await compactDecrypt(token, await importJWK(current ?? {}))
    expect(protectedHeader.kid).toBe(current?.kid)
    keyRing.close()
  })
})
