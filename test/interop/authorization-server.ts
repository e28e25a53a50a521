import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import type { ResourceServer } from 'oidc-provider'
import { startLoopbackServer } from './loopback-server.ts'

/** What the authorization server knows of an API that tokens can be asked for (RFC 8707). */
type Resource = Pick<ResourceServer, 'accessTokenFormat' | 'jwt'>

export interface AuthorizationServerOptions {
  /** APIs by resource indicator, which is the audience of their tokens. */
  readonly resources: Readonly<Record<string, Resource>>
  /** Path of the issuer, for example `/tenant`. Default: none. */
  readonly path?: string
  /** Algorithms that it has a key for. Default: ES256. */
  readonly algorithms?: readonly string[]
}

/** What a token is asked for with. */
export interface TokenRequest {
  /** Resource indicator; without it the token is opaque. */
  readonly resource?: string
  readonly scope?: string
  /** A DPoP proof (RFC 9449 §5). */
  readonly dpopProof?: string
}

/** A real authorization server in this process, over loopback HTTP: oidc-provider. */
export interface AuthorizationServer {
  readonly issuer: string
  readonly tokenEndpoint: string
  /** What was requested: `GET /path`. */
  readonly requests: readonly string[]
  requestToken(request: TokenRequest): Promise<string>
  /** Signs with new keys from now on; the old ones stay published, or are withdrawn. */
  rotate(old: 'published' | 'withdrawn'): Promise<void>
  close(): Promise<void>
}

const scopes = ['reports:read', 'reports:write']

async function generateKeys(algorithms: readonly string[], generation: number): Promise<JWK[]> {
  return Promise.all(
    algorithms.map(async (alg) => {
      const { privateKey } = await generateKeyPair(alg, { extractable: true })
      return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `${alg}-${generation}` }
    }),
  )
}

export async function startAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const { resources, path = '', algorithms = ['ES256'] } = options
  const { Provider, errors } = await quietly(() => import('oidc-provider'))
  const server = await startLoopbackServer()
  const issuer = `${server.origin}${path}`
  const client = { id: 'client', secret: randomBytes(32).toString('base64url') }
  let generation = 0
  let published: JWK[] = []

  async function takeOver(others: readonly JWK[]): Promise<void> {
    const keys = await generateKeys(algorithms, ++generation)
    published = [...keys, ...others]
    const provider = await quietly(
      async () =>
        new Provider(issuer, {
          jwks: { keys: published },
          cookies: { keys: [client.secret] },
          clients: [
            {
              client_id: client.id,
              client_secret: client.secret,
              grant_types: ['client_credentials'],
              id_token_signed_response_alg: 'ES256',
              redirect_uris: [],
              response_types: [],
            },
          ],
          scopes,
          ttl: { ClientCredentials: 600 },
          features: {
            devInteractions: { enabled: false },
            clientCredentials: { enabled: true },
            dPoP: { enabled: true },
            resourceIndicators: {
              enabled: true,
              getResourceServerInfo(_, resource) {
                const known = Object.hasOwn(resources, resource) ? resources[resource] : undefined
                if (known === undefined) throw new errors.InvalidTarget()
                return { scope: scopes.join(' '), audience: resource, accessTokenTTL: 600, ...known }
              },
            },
          },
        }),
    )
    const handle = provider.callback()
    server.use((req, res) => {
      // As a framework does that mounts it: the path of the issuer stays in originalUrl.
      const { url = '' } = req
      if (!url.startsWith(path)) return void res.writeHead(404).end()
      void handle(Object.assign(req, { url: url.slice(path.length) || '/', originalUrl: url }), res)
    })
  }

  await takeOver([])
  const tokenEndpoint = `${issuer}/token`
  return {
    issuer,
    tokenEndpoint,
    requests: server.requests,
    async requestToken({ resource, scope = scopes.join(' '), dpopProof }) {
      const response = await fetch(tokenEndpoint, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}`,
          ...(dpopProof !== undefined && { dpop: dpopProof }),
        },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          scope,
          ...(resource !== undefined && { resource }),
        }),
      })
      const { access_token: token, ...rest } = (await response.json()) as { access_token?: string }
      if (token === undefined) throw new Error(`The authorization server gave no token: ${JSON.stringify(rest)}`)
      return token
    },
    rotate: (old) => takeOver(old === 'published' ? published : []),
    close: () => server.close(),
  }
}

/** oidc-provider writes notices about its use in production. */
async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const { info, warn } = console
  Object.assign(console, { info: () => {}, warn: () => {} })
  try {
    return await run()
  } finally {
    Object.assign(console, { info, warn })
  }
}
