import type { JSONWebKeySet, JWK } from 'jose'
import { checkNames, checkText } from '../checks.ts'
import { IssuerConfigurationError, quoted } from '../configuration-error.ts'
import type { Signer } from '../signing-key.ts'
import type { KeyRingListener, StorageFailedEvent } from './events.ts'
import { type DecryptionKeyRingOptions, readOptions, type SigningKeyRingOptions } from './options.ts'
import { dueAt, usableFrom } from './policy.ts'
import { Ring } from './ring.ts'
import type { KeyRingUse, KeyState, StoredKey } from './ring-state.ts'

/** Keys that come and go by themselves. */
export interface KeyRing {
  readonly use: KeyRingUse
  /** Each key and its state, without any of its material. */
  inspect(): KeyRingState
  /**
   * Looks at the storage, and does what is due. Never needed: every use does so, and a timer that does not hold the
   * process.
   *
   * @throws KeyStorageError, KeyRingError
   */
  refresh(): Promise<void>
  /**
   * Lets the next key take over although it is not due. With `emergency` the current one is withdrawn, as by `revoke`.
   *
   * @throws KeyRingError `next_not_ready`, KeyStorageError
   */
  rotateNow(options?: RotateOptions): Promise<void>
  /**
   * Withdraws a key at once: it is neither used nor published again, and the tokens that it has signed are refused as
   * soon as APIs look for new keys. The next key takes over for the current one, whether or not APIs know it already.
   *
   * It is in force here before anything is awaited, also where the storage fails.
   *
   * @throws KeyRingError `key_unknown`; KeyStorageError: other processes may not know yet, and it is tried again;
   *   KeyRingError `key_unavailable`: the others know, but another key could not be made, or not be opened here
   * @example
   * ```ts
   * const stolen = keyRing.inspect().keys.find(({ state }) => state === 'current')
   * await keyRing.revoke(stolen.kid)
   * ```
   */
  revoke(kid: string): Promise<void>
  /**
   * The public keys (RFC 7517 §5): for signatures all in the ring, for encryption the current one.
   *
   * @throws KeyRingError `no_key` where the storage could not be read for `maxStaleSeconds`
   */
  jwks(): JSONWebKeySet
  /** How long caches may keep `jwks()`, in seconds: no longer than `publishAheadSeconds`, nor than until the next change. */
  maxAgeSeconds(): number
  /** @returns the function that ends the subscription */
  subscribe(listener: KeyRingListener): () => void
  /** Ends the timer. */
  close(): void
}

/** Options of `rotateNow`. */
export interface RotateOptions {
  /** The current key may be in somebody else's hands. Default false. */
  readonly emergency?: boolean | undefined
}

/** A key ring that signs access tokens: the option `keyRing` of `createIssuer`. */
export interface SigningKeyRing extends KeyRing {
  readonly use: 'sig'
  /** No token that is signed with the ring may live longer, in seconds. */
  readonly longestTokenLifetimeSeconds: number
  /**
   * The current key, to sign something else with. Ask each time: it changes.
   *
   * @throws KeyRingError `no_key`
   */
  signer(): Signer | Promise<Signer>
}

/** A key ring of a resource server, for which issuers encrypt. */
export interface DecryptionKeyRing extends KeyRing {
  readonly use: 'enc'
  /**
   * The private keys, for `decryption: { keys: () => keyRing.decryptionKeys() }` of `@sallyport/core`: current, next and
   * retiring, each until its time is over. The same array as long as nothing has changed. They are given out however
   * long the storage cannot be read: whose token it is, the signature says.
   */
  decryptionKeys(): readonly JWK[] | Promise<readonly JWK[]>
}

/** The state of a ring, as plain data. */
export interface KeyRingState {
  readonly use: KeyRingUse
  /** The current key first, then the next, then those that are retiring. What is gone is not here. */
  readonly keys: readonly KeyStatus[]
  /** When the ring changes next by itself, in seconds since 1970; in the past where that is overdue. */
  readonly nextChangeAt: number
  /** Why the storage, or a key in it, could not be used when it was tried last. */
  readonly failure: StorageFailedEvent['code'] | undefined
}

/** A key of a ring. Times are in seconds since 1970. */
export interface KeyStatus {
  readonly kid: string
  readonly alg: string
  readonly state: KeyState
  readonly publishedAt: number
  /** Since when it is used, or from when on it can be. */
  readonly usableFrom: number
  /** When the next one is to take over, of the current key. */
  readonly dueAt: number | undefined
  /** When it leaves the ring, of a retiring key. */
  readonly keptUntil: number | undefined
}

/**
 * Opens the key ring in a storage, or makes one there.
 *
 * A key is published for `publishAheadSeconds` before it signs, and stays published until the last token that it may
 * have signed has expired. Rotation needs no clockwork: whenever the ring is used, it does what is due, also after the
 * process was down for weeks. An overdue key goes on signing until the next one has been published for long enough.
 *
 * @throws IssuerConfigurationError, KeyStorageError, KeyRingError
 * @example
 * ```ts
 * const keyRing = await createKeyRing({ storage: fileKeyStorage({ path: 'keys.jwe', secret }) })
 * const issuer = await createIssuer({ issuer: 'https://as.example', keyRing })
 * ```
 */
export function createKeyRing(options: SigningKeyRingOptions): Promise<SigningKeyRing>
export function createKeyRing(options: DecryptionKeyRingOptions): Promise<DecryptionKeyRing>
export async function createKeyRing(
  options: SigningKeyRingOptions | DecryptionKeyRingOptions,
): Promise<SigningKeyRing | DecryptionKeyRing> {
  const ring = await Ring.open(readOptions(options))
  const { use, longestTokenLifetimeSeconds } = ring.policy
  const common = {
    inspect: () => stateOf(ring),
    refresh: () => ring.refresh(),
    rotateNow: async (asked: RotateOptions = {}) => {
      const { emergency = false } = checkNames(asked, ['emergency'], 'options')
      if (typeof emergency !== 'boolean')
        throw new IssuerConfigurationError('emergency', quoted(emergency), 'a boolean')
      const kid = ring.currentKeyId
      if (emergency && kid !== undefined) return ring.withdraw(kid)
      return ring.rotate()
    },
    revoke: async (kid: string) => ring.withdraw(checkText(kid, 'kid', 'the id of a key')),
    jwks: () => ring.jwks(),
    maxAgeSeconds: () => ring.maxAgeSeconds(),
    subscribe: (listener: KeyRingListener) => ring.events.subscribe(listener),
    close: () => ring.close(),
  }
  const keyRing: SigningKeyRing | DecryptionKeyRing =
    use === 'sig'
      ? Object.freeze({ use, longestTokenLifetimeSeconds, ...common, signer: () => ring.signer() })
      : Object.freeze({ use, ...common, decryptionKeys: () => ring.decryptionKeys() })
  rings.set(keyRing, ring)
  return keyRing
}

/** What is behind each key ring that was made here. */
const rings = new WeakMap<object, Ring>()

export function ringOf(keyRing: unknown): Ring | undefined {
  return typeof keyRing === 'object' && keyRing !== null ? rings.get(keyRing) : undefined
}

function stateOf(ring: Ring): KeyRingState {
  const { keys, policy, nextChangeAt, failure } = ring
  return { use: policy.use, keys: keys.map((key) => statusOf(key, ring)), nextChangeAt, failure }
}

/** Member by member: the stored key has its private half. */
function statusOf(key: StoredKey, { policy }: Ring): KeyStatus {
  const { kid, alg, state, publishedAt, usedSince, keptUntil } = key
  return {
    kid,
    alg,
    state,
    publishedAt,
    usableFrom: usedSince ?? usableFrom(key, policy),
    dueAt: state === 'current' ? dueAt(key, policy) : undefined,
    keptUntil,
  }
}
