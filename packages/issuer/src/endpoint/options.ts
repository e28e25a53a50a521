import { checkInteger, checkNames, isObject } from '../checks.ts'
import { IssuerConfigurationError, kindOf } from '../configuration-error.ts'
import type { Issuer } from '../issuer.ts'
import type { RefreshTokens } from '../refresh/index.ts'
import { type AssertionReplayStore, memoryAssertionReplays } from './clients/index.ts'
import {
  clientCredentialsGrant,
  type Grant,
  refreshTokenGrant,
  type SubjectTokenVerifier,
  tokenExchangeGrant,
} from './grants/index.ts'
import type { TokenEndpointOptions } from './token-endpoint.ts'

const optionNames: readonly (keyof TokenEndpointOptions)[] = [
  'issuer',
  'clients',
  'refreshTokens',
  'tokenExchange',
  'claims',
  'encryptFor',
  'path',
  'revocationPath',
  'assertionReplays',
  'storeTimeoutMs',
]

/** The options, as far as they can be checked by themselves. */
interface CheckedOptions extends Pick<TokenEndpointOptions, 'claims' | 'encryptFor'> {
  readonly issuer: Issuer
  readonly clients: unknown
  readonly refreshTokens: RefreshTokens | undefined
  readonly grants: readonly Grant[]
  readonly replays: AssertionReplayStore
  readonly storeTimeoutMs: number
  readonly paths: { readonly token: unknown; readonly revocation: unknown }
}

/** @throws IssuerConfigurationError */
export function checkEndpointOptions(options: unknown): CheckedOptions {
  const given = checkNames(options, optionNames, 'options')
  const issuer = checkObject<Issuer>(given['issuer'], 'issuer', ['issueAccessToken', 'lifetimeSecondsFor', 'extendMetadata', 'handler'])
  const refreshTokens = checkOptional<RefreshTokens>(given['refreshTokens'], 'refreshTokens', ['use', 'revoke'])
  const subjects = checkTokenExchange(given['tokenExchange'])
  const replays = checkOptional<AssertionReplayStore>(given['assertionReplays'], 'assertionReplays', ['remember'])
  return {
    issuer,
    clients: given['clients'],
    refreshTokens,
    grants: [
      clientCredentialsGrant(),
      ...(refreshTokens === undefined ? [] : [refreshTokenGrant(refreshTokens)]),
      ...(subjects === undefined ? [] : [tokenExchangeGrant(subjects)]),
    ],
    claims: checkFunction<TokenEndpointOptions['claims']>(given['claims'], 'claims'),
    encryptFor: checkFunction<TokenEndpointOptions['encryptFor']>(given['encryptFor'], 'encryptFor'),
    replays: replays ?? memoryAssertionReplays(),
    storeTimeoutMs: checkInteger(given['storeTimeoutMs'] ?? 1000, 10, 60_000, 'storeTimeoutMs', 'milliseconds'),
    paths: { token: given['path'] ?? '/token', revocation: given['revocationPath'] ?? '/revoke' },
  }
}

function checkTokenExchange(exchange: unknown): SubjectTokenVerifier | undefined {
  if (exchange === undefined) return undefined
  const { verifier } = checkNames(exchange, ['verifier'], 'tokenExchange')
  return checkObject<SubjectTokenVerifier>(verifier, 'tokenExchange.verifier', ['verify'])
}

function checkObject<T>(value: unknown, option: string, methods: readonly (keyof T & string)[]): T {
  if (isObject(value) && methods.every((name) => typeof value[name] === 'function')) return value as T
  throw new IssuerConfigurationError(option, kindOf(value), `an object with ${methods.join(', ')}`)
}

function checkOptional<T>(value: unknown, option: string, methods: readonly (keyof T & string)[]): T | undefined {
  return value === undefined ? undefined : checkObject<T>(value, option, methods)
}

function checkFunction<T>(value: unknown, option: string): T | undefined {
  if (value === undefined || typeof value === 'function') return value as T | undefined
  throw new IssuerConfigurationError(option, kindOf(value), 'a function')
}
