import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { errors, Provider, type ResourceServer } from 'oidc-provider'
import { type ClientId, type TokenFormat, tokenFormats } from './token-formats.ts'

/** What an authorization server is told when it starts; it crosses to another thread. */
export interface ProviderOptions {
  /** Resource indicators (RFC 8707) that tokens can be asked for: the audiences. */
  readonly resources: readonly string[]
  /** All scopes there are. */
  readonly scope: string
  /** Of every client. */
  readonly clientSecret: string
  /** By algorithm, what the API gave to encrypt with: its public key, and a secret shared with it. */
  readonly encryptionKeys: Readonly<Record<NonNullable<TokenFormat['encrypt']>, JsonWebKey & { kid: string }>>
}

const lifetimeSeconds = 3600

/** Issues JWT access tokens (RFC 9068) for client_credentials. */
export function createProvider(issuer: string, signingKeys: readonly JsonWebKey[], options: ProviderOptions): Provider {
  const { resources, scope, clientSecret } = options
  return new Provider(issuer, {
    jwks: { keys: [...signingKeys] },
    clients: Object.keys(tokenFormats).map((clientId) => ({
      client_id: clientId,
      client_secret: clientSecret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    scopes: scope.split(' '),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(_, resource, { clientId }) {
          if (!resources.includes(resource)) throw new errors.InvalidTarget()
          return {
            scope,
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: lifetimeSeconds,
            jwt: jwtOptions(tokenFormats[clientId as ClientId], options),
          }
        },
      },
    },
  })
}

function jwtOptions({ sign, encrypt }: TokenFormat, { encryptionKeys }: ProviderOptions): ResourceServer['jwt'] {
  const jwk = encrypt && encryptionKeys[encrypt]
  return {
    sign: sign && { alg: sign },
    encrypt: encrypt && jwk && { alg: encrypt, enc: 'A256GCM', kid: jwk.kid, key: toKeyObject(jwk) },
  }
}

function toKeyObject(jwk: JsonWebKey): KeyObject {
  return jwk.k === undefined ? createPublicKey({ key: jwk, format: 'jwk' }) : createSecretKey(jwk.k, 'base64url')
}
