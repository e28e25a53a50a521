import { createPublicKey, KeyObject } from 'node:crypto'
import {
  createJwks,
  createPublishedKey,
  createStaticJwks,
  fitsAlgorithm,
  importKeys,
  type Jwks,
  type JwksEvent,
  type JwksOptions,
  type JwksState,
} from '@sallyport/jwks'
import type { Awaitable } from '../awaitable.ts'
import { ConfigurationError, Described } from '../configuration-error.ts'
import type { PublicKeyAlgorithm, SecretAlgorithm, SignatureAlgorithm, VerificationKey } from '../jws/index.ts'
import type { Given } from '../checks.ts'
import { importSecret } from './secret.ts'

/** Where an issuer's keys come from; the fetcher of `@sallyport/jwks` has this shape, and so has what is given. */
export interface KeySource {
  /** Keys that suit a token's header; none when no such key is known. At once wherever that can be. */
  find(wanted: { alg: SignatureAlgorithm; kid: string | undefined }): Awaitable<readonly VerificationKey[]>
  /** The keys that were found did not verify a signature: the set may be old. */
  doubt?(): void
  ready(): Promise<void>
  inspect(): JwksState | undefined
  subscribe(listener: (event: JwksEvent) => void): () => void
}

/** The options of which exactly one says where the keys come from; without any it is discovery. */
export const keyOptionNames = ['metadataUrl', 'jwksUri', 'jwks', 'publicKey', 'secret'] as const

/**
 * @param at the path of an option, for errors
 * @throws ConfigurationError
 */
export function createKeySource(given: Given, issuer: string, at: (name: string) => string): KeySource {
  const named = keyOptionNames.filter((name) => given[name] !== undefined)
  if (named.length > 1) {
    throw new ConfigurationError(at(named[1] as string), new Described('a value'), `nothing beside ${named[0]}`)
  }
  const { jwks, publicKey, secret, jwksUri, metadataUrl, jwksOptions, algorithm } = given
  if (jwksOptions !== undefined && named.length > 0 && jwksUri === undefined && metadataUrl === undefined) {
    throw new ConfigurationError(
      at('jwksOptions'),
      new Described('a value'),
      `nothing beside ${named[0]}: no keys are fetched`,
    )
  }
  if (jwks !== undefined) return givenKeys(jwks, at('jwks'))
  if (publicKey !== undefined) return onePublicKey(publicKey, algorithm as PublicKeyAlgorithm, at('publicKey'))
  if (secret !== undefined) return oneSecret(secret, algorithm as SecretAlgorithm, at('secret'))
  const source =
    jwksUri === undefined ? { issuer, metadataUrl: metadataUrl as string | undefined } : (jwksUri as string)
  return fetchedKeys(source, jwksOptions as JwksOptions | undefined, at)
}

function fetchedKeys(
  source: string | { issuer: string; metadataUrl: string | undefined },
  options: JwksOptions | undefined,
  at: (name: string) => string,
): KeySource {
  try {
    return createJwks(source, options)
  } catch (error) {
    throw asConfigurationError(error, source, at)
  }
}

/** The fetcher checks its options itself; here they only get the names that the verifier's options have. */
function asConfigurationError(error: unknown, source: unknown, at: (name: string) => string): unknown {
  if (!(error instanceof Error && 'option' in error && 'got' in error && 'takes' in error)) return error
  const own: Readonly<Record<string, string>> = {
    source: typeof source === 'string' ? 'jwksUri' : 'issuer',
    'source.issuer': 'issuer',
    'source.metadataUrl': 'metadataUrl',
  }
  const option = own[String(error.option)] ?? `jwksOptions.${String(error.option)}`
  return new ConfigurationError(at(option), new Described(String(error.got)), String(error.takes))
}

function givenKeys(jwks: unknown, option: string): KeySource {
  if (typeof jwks === 'function' && 'find' in jwks) return jwks as Jwks
  const skipped: string[] = []
  try {
    const keys = importKeys(jwks, {
      onSkipped: ({ kid, reason }) => skipped.push(`${kid ?? 'a key without kid'}: ${reason}`),
    })
    if (keys.length > 0) return createStaticJwks(keys)
  } catch (error) {
    skipped.push(error instanceof Error ? error.message : 'it cannot be read')
  }
  const got =
    skipped.length === 0 ? 'a set without keys' : `a set without usable keys (${skipped.slice(0, 5).join('; ')})`
  throw new ConfigurationError(
    option,
    new Described(got),
    'a JWK Set with a public signature key, or what createJwks made',
  )
}

/** The only key there is: which key id a token names does not matter. */
function onePublicKey(given: unknown, algorithm: PublicKeyAlgorithm, option: string): KeySource {
  const refuse = (got: string) =>
    new ConfigurationError(option, new Described(got), `PEM text of a public key or certificate for ${algorithm}`)
  const published = (() => {
    if (given instanceof KeyObject ? given.type !== 'public' : typeof given === 'string' && /PRIVATE KEY/.test(given)) {
      throw refuse('a private or secret key: verifying needs the public one only')
    }
    if (!(given instanceof KeyObject) && typeof given !== 'string') throw refuse(`a value of type ${typeof given}`)
    try {
      return createPublishedKey(given instanceof KeyObject ? given : createPublicKey(given))
    } catch (error) {
      throw refuse(`no such key (${error instanceof Error ? error.message : 'it cannot be read'})`)
    }
  })()
  if (!fitsAlgorithm(published, algorithm)) throw refuse(`a key of kty ${published.kty} ${published.crv ?? ''}`.trim())
  return fixedKeys([published])
}

function oneSecret(secret: unknown, algorithm: SecretAlgorithm, option: string): KeySource {
  return fixedKeys([Object.freeze({ kid: undefined, key: importSecret(secret, algorithm, option), withdrawn: false })])
}

function fixedKeys(keys: readonly VerificationKey[]): KeySource {
  return { find: () => keys, ready: async () => {}, inspect: () => undefined, subscribe: () => () => {} }
}
