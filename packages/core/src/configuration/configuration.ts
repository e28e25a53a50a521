import type { Awaitable } from '../awaitable.ts'
import { ConfigurationError } from '../configuration-error.ts'
import { createDecryption, type Decryption, type DecryptionOptions } from '../jwe/index.ts'
import { signatureAlgorithms, type VerifyOn } from '../jws/index.ts'
import { checkNames, checkNumber, checkOneOf, type Given } from '../checks.ts'
import { type ClaimsConfiguration, normalizeClaims } from './claims.ts'
import { type CookieConfiguration, normalizeCookie } from './cookie.ts'
import { type Issuer, issuerOptionNames, normalizeIssuer } from './issuer.ts'

/** The options, normalised once: nothing is checked or defaulted per request. */
export interface Configuration {
  readonly issuers: ReadonlyMap<string, Issuer>
  readonly resolveIssuer: ((issuer: string) => Awaitable<unknown>) | undefined
  /** Every algorithm that some issuer may use; with a resolver, every one that there is. */
  readonly algorithms: ReadonlySet<string>
  readonly claims: ClaimsConfiguration
  readonly maxTokenBytes: number
  readonly cookie: CookieConfiguration | undefined
  readonly decryption: Decryption | undefined
  readonly isBindingCheckedByCaller: boolean
  /** `undefined` when nothing is remembered. */
  readonly cache: { readonly maxEntries: number; readonly maxBytes: number } | undefined
  readonly verifyOn: VerifyOn
  readonly realm: string | undefined
}

const commonOptionNames = [
  'profile',
  'clockToleranceSeconds',
  'maxTokenAgeSeconds',
  'maxTokenBytes',
  'requiredClaims',
  'claimPredicates',
  'claims',
  'scopeClaims',
  'tokenTypes',
  'cookie',
  'decryption',
  'binding',
  'cache',
  'verifyOn',
  'realm',
] as const

/** Names of all options of `createVerifier`. */
const verifierOptionNames: readonly string[] = [...issuerOptionNames, 'issuers', 'resolveIssuer', ...commonOptionNames]

/** @throws ConfigurationError */
export function normalizeOptions(options: unknown): Configuration {
  const given = checkNames(options, verifierOptionNames, 'options')
  const { maxTokenBytes = 16_384, binding, verifyOn = 'auto' } = given
  const issuers = normalizeIssuers(given)
  const decryption =
    given['decryption'] === undefined ? undefined : createDecryption(given['decryption'] as DecryptionOptions)
  if (decryption?.acceptUnsigned === true && (issuers.size > 1 || given['resolveIssuer'] !== undefined)) {
    // Nothing but the secret vouches for such claims, so whoever has it could speak for every issuer.
    throw new ConfigurationError('decryption.acceptUnsigned', true, 'false where there is more than one issuer')
  }
  return Object.freeze({
    issuers,
    resolveIssuer: checkResolver(given['resolveIssuer']),
    algorithms: new Set(
      given['resolveIssuer'] === undefined
        ? [...issuers.values()].flatMap(({ algorithms }) => [...algorithms])
        : Object.keys(signatureAlgorithms),
    ),
    claims: normalizeClaims(given),
    maxTokenBytes: checkNumber(maxTokenBytes, 256, 1_048_576, 'maxTokenBytes', 'bytes'),
    cookie: given['cookie'] === undefined ? undefined : normalizeCookie(given['cookie']),
    decryption,
    isBindingCheckedByCaller:
      binding !== undefined && checkOneOf(binding, ['checked-by-caller'], 'binding') !== undefined,
    cache: normalizeCache(given['cache']),
    verifyOn: checkOneOf(verifyOn, ['auto', 'main-thread', 'thread-pool'], 'verifyOn'),
    realm: checkRealm(given['realm']),
  })
}

function normalizeIssuers(given: Given): ReadonlyMap<string, Issuer> {
  const { issuers, resolveIssuer } = given
  if (issuers === undefined && resolveIssuer === undefined) {
    const issuer = normalizeIssuer(given, '')
    return new Map([[issuer.name, issuer]])
  }
  for (const name of issuerOptionNames) {
    if (given[name] === undefined) continue
    const several = issuers === undefined ? 'resolveIssuer' : 'issuers'
    throw new ConfigurationError(name, 'a value', `nothing beside ${several}: it belongs to each issuer`)
  }
  const takes = 'an array of issuers, each with its issuer and audience'
  const list = issuers ?? []
  if (!Array.isArray(list) || (list.length === 0 && resolveIssuer === undefined)) {
    throw new ConfigurationError('issuers', issuers, takes)
  }
  const byName = new Map<string, Issuer>()
  for (const [index, options] of list.entries()) {
    const issuer = normalizeIssuer(options, `issuers[${index}]`)
    if (byName.has(issuer.name)) {
      throw new ConfigurationError(`issuers[${index}].issuer`, issuer.name, 'an issuer that is not in the list already')
    }
    byName.set(issuer.name, issuer)
  }
  return byName
}

function checkResolver(value: unknown): Configuration['resolveIssuer'] {
  if (value === undefined || typeof value === 'function') return value as Configuration['resolveIssuer']
  throw new ConfigurationError('resolveIssuer', value, 'a function from an issuer to its options or undefined')
}

function normalizeCache(value: unknown): Configuration['cache'] {
  if (value === false) return undefined
  const { maxEntries = 10_000, maxBytes = 33_554_432 } = checkNames(value ?? {}, ['maxEntries', 'maxBytes'], 'cache')
  return Object.freeze({
    maxEntries: checkNumber(maxEntries, 1, 10_000_000, 'cache.maxEntries', 'tokens'),
    maxBytes: checkNumber(maxBytes, 65_536, 2 ** 34, 'cache.maxBytes', 'bytes'),
  })
}

/** Characters that need no escape in a quoted string (RFC 6750 §3, CHAL-2). */
function checkRealm(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,256}$/.test(value)))
    return value
  throw new ConfigurationError('realm', value, 'printable ASCII without quotes and backslashes')
}
