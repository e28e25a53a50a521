import { checkInteger, checkNames, checkOneOf, type Given } from '../checks.ts'
import { IssuerConfigurationError, kindOf } from '../configuration-error.ts'
import { maxLifetimeSeconds } from '../access-token.ts'
import {
  type AgreementCurve,
  agreementCurveNames,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
  keyManagementNames,
} from '../key-management.ts'
import { type SigningAlgorithm, signingAlgorithmNames } from '../signing-algorithms.ts'
import type { KeyManagementService } from './key-management-service.ts'
import type { KeyStorage } from './key-storage.ts'
import { keepSeconds, maxRetiringKeys, type RingPolicy } from './policy.ts'
import { decryptionKeyMaker, type KeyMaker, signingKeyMaker } from './ring-keys.ts'

interface RingOptions {
  /** Where the keys are kept: `fileKeyStorage(...)`, or your own. */
  readonly storage: KeyStorage
  /** How long a key is used, in seconds, up to two years. Default 2,592,000 (30 days). */
  readonly rotateEverySeconds?: number | undefined
  /**
   * How long a key is published before it is used, in seconds: as long as anybody keeps the set. Default 86,400 (a day),
   * or `rotateEverySeconds` where that is less; up to 30 days.
   */
  readonly publishAheadSeconds?: number | undefined
  /**
   * Longest life of the tokens that are signed with the keys (`sig`) or encrypted for them (`enc`), in seconds, 1 to
   * 86,400. Default 86,400.
   */
  readonly longestTokenLifetimeSeconds?: number | undefined
  /** How far the clocks of the APIs may be behind, in seconds, 0 to 300. Default 300. */
  readonly clockToleranceSeconds?: number | undefined
  /**
   * For how long the ring is used while the storage cannot be read, in seconds, 60 to 2,592,000: meanwhile a key that
   * another process has withdrawn may still be in use here. After it nothing is signed, and no set is published. Default
   * 86,400 (a day).
   */
  readonly maxStaleSeconds?: number | undefined
}

/** Options of {@link createKeyRing} for keys that sign access tokens. */
export interface SigningKeyRingOptions extends RingOptions {
  readonly use?: 'sig' | undefined
  /** Algorithm of new keys. Default `ES256`. A changed one comes with the key after the next. */
  readonly algorithm?: SigningAlgorithm | undefined
  /** Makes and keeps the keys, so that no private half comes here. Default: they are made here, and stored. */
  readonly kms?: KeyManagementService | undefined
}

/** Options of {@link createKeyRing} for keys of a resource server, which access tokens are encrypted for. */
export interface DecryptionKeyRingOptions extends RingOptions {
  readonly use: 'enc'
  /** Algorithm of new keys, with a public half to publish. Default `ECDH-ES+A256KW`. */
  readonly algorithm?: PublishableKeyManagement | undefined
  /** Curve of keys for ECDH-ES. Default `P-256`. */
  readonly crv?: AgreementCurve | undefined
}

/** Key management with a public key, which can be published. */
export type PublishableKeyManagement = Extract<KeyManagementAlgorithm, `ECDH-ES${string}` | `RSA-OAEP${string}`>

const publishable = keyManagementNames.filter((name) => !keyManagementAlgorithms[name].isSecret)

const commonNames = [
  'use',
  'algorithm',
  'storage',
  'rotateEverySeconds',
  'publishAheadSeconds',
  'longestTokenLifetimeSeconds',
  'clockToleranceSeconds',
  'maxStaleSeconds',
]

/** The options, checked. */
export interface RingConfiguration {
  readonly storage: KeyStorage
  readonly policy: RingPolicy
  readonly maker: KeyMaker
}

/** @throws IssuerConfigurationError */
export function readOptions(options: unknown): RingConfiguration {
  const { use: given = 'sig' } = checkNames(options, [...commonNames, 'kms', 'crv'], 'options')
  const use = checkOneOf(given, ['sig', 'enc'] as const, 'use')
  const asked = checkNames(options, [...commonNames, use === 'sig' ? 'kms' : 'crv'], 'options')
  const storage = readStorage(asked['storage'])
  if (use === 'sig') {
    const algorithm = checkOneOf(asked['algorithm'] ?? 'ES256', signingAlgorithmNames, 'algorithm')
    const policy = readPolicy(asked, { use, algorithm })
    return { storage, policy, maker: signingKeyMaker(algorithm, readKms(asked['kms'])) }
  }
  const algorithm = checkOneOf(asked['algorithm'] ?? 'ECDH-ES+A256KW', publishable, 'algorithm')
  const crv = checkOneOf(asked['crv'] ?? 'P-256', agreementCurveNames, 'crv')
  return { storage, policy: readPolicy(asked, { use, algorithm }), maker: decryptionKeyMaker(algorithm, crv) }
}

const month = 2_592_000
const twoYears = 63_072_000

function readPolicy(given: Given, { use, algorithm }: Pick<RingPolicy, 'use' | 'algorithm'>): RingPolicy {
  const seconds = (name: string, byDefault: number, min: number, max: number) =>
    checkInteger(given[name] ?? byDefault, min, max, name, 'seconds')
  const rotateEverySeconds = seconds('rotateEverySeconds', month, 1, twoYears)
  const policy = {
    use,
    algorithm,
    rotateEverySeconds,
    publishAheadSeconds: seconds('publishAheadSeconds', Math.min(86_400, rotateEverySeconds), 1, month),
    longestTokenLifetimeSeconds: seconds('longestTokenLifetimeSeconds', maxLifetimeSeconds, 1, maxLifetimeSeconds),
    clockToleranceSeconds: seconds('clockToleranceSeconds', 300, 0, 300),
    maxStaleSeconds: seconds('maxStaleSeconds', 86_400, 60, month),
  }
  if (policy.publishAheadSeconds > rotateEverySeconds) {
    const takes = `at most rotateEverySeconds, ${rotateEverySeconds}`
    throw new IssuerConfigurationError('publishAheadSeconds', String(policy.publishAheadSeconds), takes)
  }
  const kept = keepSeconds(policy.longestTokenLifetimeSeconds, policy)
  const atLeast = Math.ceil(kept / (maxRetiringKeys - 1))
  if (rotateEverySeconds < atLeast) {
    const takes = `at least ${atLeast} seconds: keys are kept for ${kept} more, and there would be too many of them`
    throw new IssuerConfigurationError('rotateEverySeconds', String(rotateEverySeconds), takes)
  }
  return Object.freeze(policy)
}

function readStorage(storage: unknown): KeyStorage {
  if (hasMethods(storage, ['load', 'save'])) return storage as KeyStorage
  throw new IssuerConfigurationError('storage', kindOf(storage), 'fileKeyStorage(...), or an object with load and save')
}

function readKms(kms: unknown): KeyManagementService | undefined {
  if (kms === undefined || hasMethods(kms, ['createKey', 'findKey'])) return kms as KeyManagementService | undefined
  throw new IssuerConfigurationError('kms', kindOf(kms), 'an object with createKey and findKey')
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function')
  )
}
