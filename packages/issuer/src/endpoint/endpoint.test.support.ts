import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { createIssuer, createRefreshTokens, type Issuer, memoryRefreshStore, type RefreshTokens } from '../index.ts'
import {
  generateClientSecret,
  createTokenEndpoint,
  type TokenEndpointEvent,
  type TokenEndpointOptions,
} from './index.ts'

/** Bounds the waiting of a test. */
export interface Served {
  readonly origin: string
  close(): Promise<void>
}

export async function serve(listener: RequestListener): Promise<Served & { use(next: RequestListener): void }> {
  let current = listener
  const server = createServer((req, res) => current(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    use: (next) => void (current = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A client that signs its assertions. */
export interface KeyClient {
  readonly jwk: JWK
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
}

export async function makeKeyClient(alg = 'ES256'): Promise<KeyClient> {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  return {
    jwk: { ...(await exportJWK(publicKey)), alg, kid: 'key-1' },
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid: 'key-1', ...header }).sign(privateKey),
  }
}

export const api = 'https://api.example'
export const files = 'https://files.example'
export const { secret, secretHash } = generateClientSecret()

export interface World extends Served {
  readonly issuer: Issuer
  readonly refreshTokens: RefreshTokens
  readonly events: TokenEndpointEvent[]
  readonly keyClient: KeyClient
  /** What the subject token verifier says of each token. */
  readonly subjects: Map<string, unknown>
  post(
    path: string,
    form: Record<string, string> | [string, string][] | string,
    headers?: Record<string, string>,
  ): Promise<Reply>
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

/** An issuer with a token endpoint, and clients of every kind, on loopback. */
export async function makeWorld(more: Partial<TokenEndpointOptions> = {}): Promise<World> {
  const server = await serve((_: IncomingMessage, res: ServerResponse) => void res.end())
  const issuer = await createIssuer({ issuer: server.origin })
  const refreshTokens = createRefreshTokens({ store: memoryRefreshStore() })
  const keyClient = await makeKeyClient()
  const subjects = new Map<string, unknown>()
  const verifier = {
    verify: async (token: string) => {
      const subject = subjects.get(token)
      if (subject instanceof Error) throw subject
      return subject as undefined
    },
  }
  const endpoint = createTokenEndpoint({
    issuer,
    refreshTokens,
    tokenExchange: { verifier },
    clients: [
      {
        id: 'batch',
        secretHashes: [secretHash],
        grants: ['client_credentials'],
        scope: 'read write',
        audience: [api, files],
      },
      {
        id: 'single',
        secretHashes: [secretHash],
        grants: ['client_credentials', 'refresh_token'],
        scope: 'read',
        audience: api,
      },
      {
        id: 'keys',
        jwks: { keys: [keyClient.jwk] },
        grants: ['client_credentials', 'token_exchange'],
        scope: 'read',
        audience: api,
      },
      { id: 'web', isPublic: true, grants: ['refresh_token'] },
      { id: 'a:b c/ü', secretHashes: [secretHash], grants: ['client_credentials'], audience: api },
    ],
    ...more,
  })
  server.use(endpoint.handler)
  const events: TokenEndpointEvent[] = []
  endpoint.subscribe((event) => events.push(event))
  return {
    origin: server.origin,
    close: server.close,
    issuer,
    refreshTokens,
    events,
    keyClient,
    subjects,
    post: async (path, form, headers = {}) => {
      const response = await fetch(server.origin + path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      })
      const text = await response.text()
      const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
      return { status: response.status, headers: response.headers, body }
    },
  }
}

export function basic(id: string, password = secret): { authorization: string } {
  const encode = (text: string) => new URLSearchParams({ x: text }).toString().slice(2)
  return { authorization: `Basic ${Buffer.from(`${encode(id)}:${encode(password)}`).toString('base64')}` }
}

export function claimsOf(reply: Reply): Record<string, unknown> {
  return decodeJwt(String(reply.body['access_token'])) as Record<string, unknown>
}
