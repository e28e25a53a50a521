import { ConfigurationError, Described } from '../configuration-error.ts'
import {
  findSignatureAlgorithm,
  isSecretAlgorithm,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../jws/index.ts'
import { checkNames, checkOneOf, checkStrings, type Given } from '../checks.ts'
import { createKeySource, type KeySource, keyOptionNames } from './key-source.ts'

/** One authorization server, normalised. */
export interface Issuer {
  readonly name: string
  /** `undefined` where any audience is allowed. */
  readonly audience: ReadonlySet<string> | undefined
  readonly algorithms: ReadonlySet<SignatureAlgorithm>
  readonly keys: KeySource
}

/** Names of the options that belong to one issuer. */
export const issuerOptionNames = [
  'issuer',
  'audience',
  'allowAnyAudience',
  'algorithms',
  'algorithm',
  'jwksOptions',
  ...keyOptionNames,
] as const

/** Longest `iss` that is looked at. */
export const maxIssuerLength = 2048

const allAlgorithms = Object.keys(signatureAlgorithms) as readonly SignatureAlgorithm[]
const publicKeyAlgorithms = allAlgorithms.filter((name) => !isSecretAlgorithm(name))
const secretAlgorithms = allAlgorithms.filter(isSecretAlgorithm)
const defaultAlgorithms: ReadonlySet<SignatureAlgorithm> = new Set(
  allAlgorithms.filter((name) => signatureAlgorithms[name].byDefault),
)

/**
 * @param path of these options, empty for the top level
 * @throws ConfigurationError
 */
export function normalizeIssuer(options: unknown, path: string): Issuer {
  const given = path === '' ? (options as Given) : checkNames(options, issuerOptionNames, path)
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  const name = given['issuer']
  if (typeof name !== 'string' || name === '' || name.length > maxIssuerLength) {
    throw new ConfigurationError(at('issuer'), name, 'the exact iss of the tokens, usually an https URL')
  }
  const algorithms = acceptedAlgorithms(given, at)
  return Object.freeze({
    name,
    audience: acceptedAudience(given, at),
    algorithms,
    keys: createKeySource(given, name, at),
  })
}

function acceptedAudience(given: Given, at: (name: string) => string): ReadonlySet<string> | undefined {
  const { audience, allowAnyAudience } = given
  if (allowAnyAudience !== undefined) {
    if (allowAnyAudience !== true) throw new ConfigurationError(at('allowAnyAudience'), allowAnyAudience, 'true')
    if (audience === undefined) return undefined
    throw new ConfigurationError(at('audience'), audience, 'nothing beside allowAnyAudience: true')
  }
  const takes = "this API's identifier in the tokens' aud: a string, or an array of strings"
  if (audience === undefined || audience === '') throw new ConfigurationError(at('audience'), audience, takes)
  const list = checkStrings(typeof audience === 'string' ? [audience] : audience, at('audience'), takes)
  if (list.length === 0) throw new ConfigurationError(at('audience'), audience, takes)
  return new Set(list)
}

function acceptedAlgorithms(given: Given, at: (name: string) => string): ReadonlySet<SignatureAlgorithm> {
  const { algorithm, algorithms, publicKey, secret } = given
  if (publicKey !== undefined || secret !== undefined) {
    if (algorithms !== undefined) {
      throw new ConfigurationError(at('algorithms'), algorithms, 'nothing here: a single key takes `algorithm`')
    }
    const names = secret === undefined ? publicKeyAlgorithms : secretAlgorithms
    return new Set([checkAvailable(checkOneOf(algorithm, names, at('algorithm')), at('algorithm'))])
  }
  if (algorithm !== undefined) {
    throw new ConfigurationError(at('algorithm'), algorithm, 'nothing without publicKey or secret: use `algorithms`')
  }
  if (algorithms === undefined) return defaultAlgorithms
  if (!Array.isArray(algorithms) || algorithms.length === 0) {
    throw new ConfigurationError(at('algorithms'), algorithms, `an array of ${publicKeyAlgorithms.join(', ')}`)
  }
  return new Set(algorithms.map((name: unknown, index) => checkPublicKeyAlgorithm(name, at(`algorithms[${index}]`))))
}

function checkPublicKeyAlgorithm(name: unknown, option: string): SignatureAlgorithm {
  if (typeof name === 'string' && isSecretAlgorithm(name)) {
    const got = new Described(`"${name}"`)
    throw new ConfigurationError(option, got, 'an asymmetric algorithm: HMAC needs `secret` and `algorithm`')
  }
  return checkAvailable(checkOneOf(name, publicKeyAlgorithms, option), option)
}

function checkAvailable(name: SignatureAlgorithm, option: string): SignatureAlgorithm {
  if (findSignatureAlgorithm(name)?.isAvailable?.() !== false) return name
  throw new ConfigurationError(option, name, `what this runtime can verify: ${name} needs Node.js 24.7 or later`)
}
