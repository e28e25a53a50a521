import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { checkAudiences } from '../../audiences.ts'
import { checkNames, checkOneOf, checkText, type Given, isObject } from '../../checks.ts'
import { IssuerConfigurationError, kindOf, quoted } from '../../configuration-error.ts'
import { checkScopes } from '../../scopes.ts'
import { checkSecretHash } from './client-secret.ts'
import type { TokenGrantType } from './token-client.ts'

type KeyFinder = ReturnType<typeof createLocalJWKSet>

/** How a client is authenticated. */
export type ClientAuthentication =
  | { readonly method: 'client_secret_basic'; readonly hashes: readonly Buffer[] }
  | { readonly method: 'private_key_jwt'; readonly findKey: KeyFinder }
  | { readonly method: 'none' }

/** A client whose registration was checked. */
export interface CheckedClient {
  readonly id: string
  readonly authentication: ClientAuthentication
  readonly grants: readonly TokenGrantType[]
  readonly scope: readonly string[]
  readonly audience: readonly string[]
}

const grantTypeNames: readonly TokenGrantType[] = ['client_credentials', 'refresh_token', 'token_exchange']

const clientNames = ['id', 'secretHashes', 'jwks', 'isPublic', 'grants', 'scope', 'audience']

/** @throws IssuerConfigurationError */
export function checkClient(client: unknown, option: string): CheckedClient {
  const given = checkNames(client, clientNames, option)
  const authentication = checkAuthentication(given, option)
  const grants = checkGrants(given['grants'], `${option}.grants`)
  if (authentication.method === 'none' && grants.some((grant) => grant !== 'refresh_token')) {
    throw new IssuerConfigurationError(
      `${option}.grants`,
      quoted(grants.join(', ')),
      'refresh_token alone, being public',
    )
  }
  return Object.freeze({
    id: checkText(given['id'], `${option}.id`, 'the id of the client, as a string'),
    authentication,
    grants,
    scope: checkScopes(given['scope'], `${option}.scope`),
    audience: given['audience'] === undefined ? [] : checkAudiences(given['audience'], `${option}.audience`),
  })
}

function checkAuthentication({ secretHashes, jwks, isPublic }: Given, option: string): ClientAuthentication {
  const ways = [secretHashes !== undefined, jwks !== undefined, isPublic === true].filter(Boolean)
  if (ways.length !== 1) {
    throw new IssuerConfigurationError(option, `${ways.length} of them`, 'one of secretHashes, jwks and isPublic: true')
  }
  if (jwks !== undefined) return { method: 'private_key_jwt', findKey: checkJwks(jwks, `${option}.jwks`) }
  if (secretHashes === undefined) return { method: 'none' }
  if (!Array.isArray(secretHashes) || secretHashes.length === 0 || secretHashes.length > 8) {
    throw new IssuerConfigurationError(`${option}.secretHashes`, kindOf(secretHashes), 'an array of 1 to 8 hashes')
  }
  const hashes = secretHashes.map((hash, index) => checkSecretHash(hash, `${option}.secretHashes[${index}]`))
  return { method: 'client_secret_basic', hashes }
}

const maxKeys = 20

function checkJwks(jwks: unknown, option: string): KeyFinder {
  const keys: unknown = isObject(jwks) ? jwks['keys'] : undefined
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > maxKeys) {
    throw new IssuerConfigurationError(option, kindOf(keys ?? jwks), `a JWK Set with 1 to ${maxKeys} keys`)
  }
  for (const [index, key] of keys.entries()) {
    const isPublicKey = isObject(key) && ['RSA', 'EC', 'OKP'].includes(String(key['kty'])) && key['d'] === undefined
    if (isPublicKey) continue
    throw new IssuerConfigurationError(
      `${option}.keys[${index}]`,
      'another value',
      'a public RSA, EC or OKP key as JWK',
    )
  }
  return createLocalJWKSet(jwks as unknown as JSONWebKeySet)
}

function checkGrants(grants: unknown, option: string): readonly TokenGrantType[] {
  if (!Array.isArray(grants)) throw new IssuerConfigurationError(option, kindOf(grants), 'an array of grant types')
  return grants.map((grant, index) => checkOneOf(grant, grantTypeNames, `${option}[${index}]`))
}
