import { checkInteger, checkNames, isObject } from '../checks.ts'
import { IssuerConfigurationError, kindOf } from '../configuration-error.ts'
import type { Issuer } from '../issuer.ts'
import type { RefreshTokens } from '../refresh/index.ts'
import { type AssertionReplayStore, memoryAssertionReplays } from './clients/index.ts'
import {
  clientCredentialsGrant,
  type Grant,
  offeredScopes,
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
  'callbackTimeoutMs',
]

/** The options, as far as they can be checked by themselves. */
interface CheckedOptions extends Pick<TokenEndpointOptions, 'claims' | 'encryptFor'> {
  readonly issuer: Issuer
  readonly clients: unknown
  readonly refreshTokens: RefreshTokens | undefined
  readonly grants: readonly Grant[]
  readonly replays: AssertionReplayStore
  readonly storeTimeoutMs: number
  readonly callbackTimeoutMs: number
  readonly paths: { readonly token: unknown; readonly revocation: unknown }
}

/** @throws IssuerConfigurationError */
export function checkEndpointOptions(options: unknown): CheckedOptions {
  const given = checkNames(options, optionNames, 'options')
  const issuer = checkObject<Issuer>(given['issuer'], 'issuer', issuerMethods)
  const offered = offeredScopes(issuer)
  const refreshTokens = checkOptional<RefreshTokens>(given['refreshTokens'], 'refreshTokens', ['use', 'revoke'])
  const verifier = checkTokenExchange(given['tokenExchange'], issuer)
  const timeout = (name: string, byDefault: number) =>
    checkInteger(given[name] ?? byDefault, 10, 60_000, name, 'milliseconds')
  const callbackTimeoutMs = timeout('callbackTimeoutMs', 5000)
  const replays = checkOptional<AssertionReplayStore>(given['assertionReplays'], 'assertionReplays', ['remember'])
  return {
    issuer,
    clients: given['clients'],
    refreshTokens,
    grants: [
      clientCredentialsGrant(offered),
      ...(refreshTokens === undefined ? [] : [refreshTokenGrant(refreshTokens, offered)]),
      ...(verifier === undefined ? [] : [tokenExchangeGrant({ verifier, offered, timeoutMs: callbackTimeoutMs })]),
    ],
    claims: checkFunction<TokenEndpointOptions['claims']>(given['claims'], 'claims'),
    encryptFor: checkEncryptFor(given['encryptFor'], issuer),
    replays: replays ?? memoryAssertionReplays(),
    storeTimeoutMs: timeout('storeTimeoutMs', 1000),
    callbackTimeoutMs,
    paths: { token: given['path'] ?? '/token', revocation: given['revocationPath'] ?? '/revoke' },
  }
}

const issuerMethods = ['issueAccessToken', 'lifetimeSecondsFor', 'scopesFor', 'extendMetadata', 'handler'] as const

function checkTokenExchange(exchange: unknown, issuer: Issuer): SubjectTokenVerifier | undefined {
  if (exchange === undefined) return undefined
  if (issuer.subjectType === 'pairwise') {
    // The subject token's `sub` is one already: made into another it would be nobody, or somebody of that name.
    const takes =
      'nothing where the issuer has pairwise subjects: who the user is cannot be told from the subject token'
    throw new IssuerConfigurationError('tokenExchange', kindOf(exchange), takes)
  }
  const { verifier } = checkNames(exchange, ['verifier'], 'tokenExchange')
  return checkObject<SubjectTokenVerifier>(verifier, 'tokenExchange.verifier', ['verify'])
}

function checkEncryptFor(given: unknown, issuer: Issuer): TokenEndpointOptions['encryptFor'] {
  const encryptFor = checkFunction<TokenEndpointOptions['encryptFor']>(given, 'encryptFor')
  if (encryptFor === undefined || !issuer.hasEncryptedResources) return encryptFor
  const takes = 'nothing: resources of the issuer says for whom tokens are encrypted'
  throw new IssuerConfigurationError('encryptFor', kindOf(given), takes)
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
