import type { JSONWebKeySet } from 'jose'

/** A grant type of the token endpoint, by its short name. */
export type TokenGrantType = 'client_credentials' | 'refresh_token' | 'token_exchange'

/** A client of the token endpoint: how it is authenticated (exactly one of three ways), and what it may ask for. */
export interface TokenClient {
  /** `client_id` */
  readonly id: string
  /** client_secret_basic: `secretHash` of `generateClientSecret()`; two while a secret is replaced. */
  readonly secretHashes?: readonly string[] | undefined
  /** private_key_jwt: the client's public keys. */
  readonly jwks?: JSONWebKeySet | undefined
  /** A client that keeps no secret, as a browser or a phone. It may use `refresh_token` only. */
  readonly isPublic?: boolean | undefined
  /** Grant types that it may use. */
  readonly grants: readonly TokenGrantType[]
  /** Scopes that it may ask for with `client_credentials` and `token_exchange`. Default: none. */
  readonly scope?: string | readonly string[] | undefined
  /** APIs that it may ask tokens for, by identifier, with `client_credentials` and `token_exchange`. Default: none. */
  readonly audience?: string | readonly string[] | undefined
}

/** The clients, or what finds one: `undefined` when there is none of that id. */
export type TokenClients = readonly TokenClient[] | ((id: string) => FoundClient | Promise<FoundClient>)

type FoundClient = TokenClient | undefined
