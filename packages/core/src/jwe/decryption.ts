import type { Awaitable } from '../awaitable.ts'
import { checkNames } from '../checks.ts'
import { ConfigurationError, Described } from '../configuration-error.ts'
import { changingKeys } from './changing-keys.ts'
import type { ContentEncryptionEntry } from './content-encryption-entry.ts'
import {
  type ContentEncryption,
  contentEncryptionAlgorithms,
  contentEncryptionNames,
  isContentEncryption,
} from './content-encryption.ts'
import { type DecryptionKeyInput, type ImportedKey, importKey } from './key-input.ts'
import type { KeyManagementEntry, KeyUnwrapper } from './key-management-entry.ts'
import { type KeyManagementAlgorithm, keyManagementAlgorithms } from './key-management.ts'

/** How encrypted access tokens are decrypted. */
export interface DecryptionOptions {
  /**
   * Private or secret keys; several for rotation. A token that names a `kid` is tried with the key of that `kid` and
   * with keys configured without one; a token without `kid` with every key that fits it, in this order; at most 4 keys
   * are tried. Two keys may share a `kid` only when no algorithm is common to them.
   *
   * A function gives keys that come and go, those of a key ring for instance. It is asked for each encrypted token, so
   * it has to give the same array as long as nothing has changed; where it throws, rejects, takes over 2 s or gives
   * something else, the answer is 503.
   */
  readonly keys: readonly DecryptionKeyInput[] | (() => Awaitable<readonly DecryptionKeyInput[]>)
  /** Refuse tokens that are only signed. Default false. */
  readonly required?: boolean | undefined
  /**
   * Accept encrypted claims without a signature inside. Default false. Only for shared secrets: with a public key
   * anybody can encrypt claims.
   */
  readonly acceptUnsigned?: boolean | undefined
  /** Content encryption algorithms (`enc`) that are accepted. Default: all six of RFC 7518 §5.1. */
  readonly contentEncryption?: readonly ContentEncryption[] | undefined
}

/** A decryption key ready for one algorithm. Key material is in closures only: nothing that prints this shows it. */
export interface DecryptionKey extends KeyUnwrapper<unknown> {
  readonly kid: string | undefined
  /** The only `enc` that the key is for, if any. */
  readonly enc: ContentEncryption | undefined
}

/** An algorithm that at least one key is for. */
export interface AcceptedAlgorithm {
  readonly entry: KeyManagementEntry
  /** Those with a `kid` before those without, so that the one that a token names is never among too many. */
  readonly keys: readonly DecryptionKey[]
}

/** {@link DecryptionOptions}, checked and prepared once. */
export interface Decryption {
  readonly required: boolean
  readonly acceptUnsigned: boolean
  /**
   * The keys of this moment, by `alg`.
   *
   * @throws AccessTokenError `keys_unavailable`, `verifier_overloaded`, or rejects with it
   */
  readonly algorithms: () => Awaitable<ReadonlyMap<string, AcceptedAlgorithm>>
  /** By `enc`. */
  readonly contentEncryption: ReadonlyMap<string, ContentEncryptionEntry>
}

/**
 * Checks the options and imports their keys.
 *
 * @param option the path of the options, for errors
 * @throws ConfigurationError
 * @example
 * ```ts
 * const decryption = createDecryption({ keys: [{ key: pem, algorithm: 'RSA-OAEP-256', kid: '2026-11' }] })
 * ```
 */
export function createDecryption(options: DecryptionOptions, option = 'decryption'): Decryption {
  const given = checkNames(options, ['keys', 'required', 'acceptUnsigned', 'contentEncryption'], option)
  const { keys, required = false, acceptUnsigned = false, contentEncryption = contentEncryptionNames } = given
  if (typeof required !== 'boolean') throw new ConfigurationError(`${option}.required`, required, 'a boolean')
  const accepted = acceptedEncryption(contentEncryption, `${option}.contentEncryption`)
  const prepare = (list: unknown) => prepareKeys(list, accepted, option)
  const common = { required, contentEncryption: accepted }
  if (typeof keys === 'function') {
    if (acceptUnsigned !== false) {
      throw new ConfigurationError(`${option}.acceptUnsigned`, acceptUnsigned, 'false where keys is a function')
    }
    const algorithms = changingKeys(keys as () => unknown, (list) => prepare(list).algorithms)
    return Object.freeze({ ...common, acceptUnsigned: false, algorithms })
  }
  const { imported, algorithms } = prepare(keys)
  const isUnsignedAccepted = checkAcceptUnsigned(acceptUnsigned, imported, `${option}.acceptUnsigned`)
  return Object.freeze({ ...common, acceptUnsigned: isUnsignedAccepted, algorithms: () => algorithms })
}

function prepareKeys(keys: unknown, accepted: ReadonlyMap<string, ContentEncryptionEntry>, option: string) {
  if (!Array.isArray(keys) || keys.length === 0) {
    const takes = 'an array of at least one private or secret key, or a function that gives it'
    throw new ConfigurationError(`${option}.keys`, keys, takes)
  }
  const imported = keys.map((input: unknown, index) => importKey(input, `${option}.keys[${index}]`))
  for (const [index, key] of imported.entries()) checkDirectKey(key, accepted, `${option}.keys[${index}]`)
  return { imported, algorithms: groupByAlgorithm(imported, option) }
}

function acceptedEncryption(names: unknown, option: string): ReadonlyMap<string, ContentEncryptionEntry> {
  const takes = `an array of at least one of ${contentEncryptionNames.join(', ')}`
  if (!Array.isArray(names) || names.length === 0) throw new ConfigurationError(option, names, takes)
  return new Map(
    names.map((name: unknown, index) => {
      if (!isContentEncryption(name)) throw new ConfigurationError(`${option}[${index}]`, name, takes)
      return [name, contentEncryptionAlgorithms[name]]
    }),
  )
}

/** A key for `dir` is the content encryption key, so an accepted `enc` must take keys of its length. */
function checkDirectKey(
  { key, algorithms, enc }: ImportedKey,
  accepted: ReadonlyMap<string, ContentEncryptionEntry>,
  option: string,
): void {
  if (!algorithms.includes('dir')) return
  const usable = [...accepted].filter(([name]) => enc === undefined || enc === name)
  if (usable.some(([, { keyLength }]) => keyLength === key.symmetricKeySize)) return
  const lengths = usable.map(([name, { keyLength }]) => `${keyLength} bytes for ${name}`).join(', ')
  const takes = usable.length === 0 ? 'a key for accepted content encryption' : `a secret of ${lengths}`
  throw new ConfigurationError(option, new Described(`a secret of ${key.symmetricKeySize} bytes for dir`), takes)
}

/** JWE-7: with a public key anybody encrypts, so that nobody vouches for what is only encrypted. */
function checkAcceptUnsigned(acceptUnsigned: unknown, keys: readonly ImportedKey[], option: string): boolean {
  if (typeof acceptUnsigned !== 'boolean') throw new ConfigurationError(option, acceptUnsigned, 'a boolean')
  const asymmetric = keys.findIndex(({ key }) => key.type !== 'secret')
  if (!acceptUnsigned || asymmetric === -1) return acceptUnsigned
  throw new ConfigurationError(option, true, `false, as keys[${asymmetric}] is not a shared secret`)
}

function groupByAlgorithm(imported: readonly ImportedKey[], option: string): ReadonlyMap<string, AcceptedAlgorithm> {
  const groups = new Map<KeyManagementAlgorithm, DecryptionKey[]>()
  for (const [index, { key, kid, enc, algorithms }] of imported.entries()) {
    for (const algorithm of algorithms) {
      const group = groups.get(algorithm) ?? []
      if (kid !== undefined && group.some((other) => other.kid === kid)) {
        throw new ConfigurationError(
          `${option}.keys[${index}].kid`,
          kid,
          `another kid than other keys for ${algorithm}`,
        )
      }
      groups.set(algorithm, [...group, { kid, enc, ...keyManagementAlgorithms[algorithm].prepare(key) }])
    }
  }
  return new Map(
    Array.from(groups, ([algorithm, keys]) => {
      const sorted = keys.toSorted((one, other) => Number(one.kid === undefined) - Number(other.kid === undefined))
      return [algorithm, Object.freeze({ entry: keyManagementAlgorithms[algorithm], keys: Object.freeze(sorted) })]
    }),
  )
}
