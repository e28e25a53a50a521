import { createPublicKey, type JsonWebKey } from 'node:crypto'
import type { KeyUse } from './algorithm-fit.ts'
import { createKeyEntry, type KeyEntry, type PublishedKey } from './published-key.ts'

/** A key that was left out of its set. */
export interface SkippedKey {
  readonly kid: string | undefined
  readonly reason: string
}

/** A key that was published together with its private members. They were ignored; everybody can sign with it. */
export interface ExposedKey {
  readonly kid: string | undefined
  readonly thumbprint: string
}

/** Options of `importKeys`. */
export interface ImportKeysOptions {
  /** What the keys are wanted for. Default `sig`: to verify signatures; `enc`: to encrypt for their owner. */
  readonly use?: KeyUse | undefined
  /** The most keys the document may have. Default 100. */
  readonly maxKeys?: number | undefined
  /** Called for each key that is left out. */
  readonly onSkipped?: ((skipped: SkippedKey) => void) | undefined
  /** Called for each key that was published together with its private members. */
  readonly onExposed?: ((exposed: ExposedKey) => void) | undefined
}

/** The document is no JWK Set at all, or has too many keys. */
export class KeySetShapeError extends Error {
  readonly reason: 'malformed' | 'too_many_keys'
  constructor(reason: 'malformed' | 'too_many_keys', message: string) {
    super(message)
    this.reason = reason
  }
}

/**
 * The usable public keys of a JWK Set (RFC 7517 §5), filtered as a fetched one is: by `use`, `key_ops`, `alg`, `kty`,
 * curve and strength. A bad key is skipped and reported, and does not spoil its neighbours; symmetric keys are never
 * taken, private members are ignored.
 *
 * @throws Error when the document has no array `keys`, or more than `maxKeys`
 *
 * @example
 * ```ts
 * const keys = importKeys({ keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'a', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }] })
 * ```
 */
export function importKeys(document: unknown, options: ImportKeysOptions = {}): PublishedKey[] {
  return importKeyEntries(document, options)
}

export function importKeyEntries(document: unknown, options: ImportKeysOptions): KeyEntry[] {
  const { use = 'sig', maxKeys = 100, onSkipped, onExposed } = options
  const list = isObject(document) ? document['keys'] : undefined
  if (!Array.isArray(list)) throw new KeySetShapeError('malformed', 'it has no array "keys"')
  if (list.length > maxKeys) {
    throw new KeySetShapeError('too_many_keys', `it has ${list.length} keys, at most ${maxKeys} are taken`)
  }
  const entries = new Map<string, KeyEntry>()
  for (const jwk of list as unknown[]) {
    try {
      const entry = importKey(jwk, use)
      if (!entries.has(entry.identity)) entries.set(entry.identity, entry)
      if (hasPrivateMembers(jwk)) onExposed?.({ kid: entry.kid, thumbprint: entry.thumbprint })
    } catch (error) {
      onSkipped?.({ kid: kidOf(jwk), reason: error instanceof Error ? error.message : 'it cannot be read' })
    }
  }
  return [...entries.values()]
}

/** JOSE-8 */
export const maxKidLength = 512

/** The public members of each key type that is taken (RFC 7518 §6, RFC 8037 §2, RFC 9964 §4); nothing else is read of the material. */
const publicMembers: ReadonlyMap<string, readonly string[]> = new Map([
  ['RSA', ['n', 'e']],
  ['EC', ['crv', 'x', 'y']],
  ['OKP', ['crv', 'x']],
  ['AKP', ['alg', 'pub']],
])

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

function importKey(jwk: unknown, wanted: KeyUse): KeyEntry {
  if (!isObject(jwk)) throw new Error('it is not an object')
  const { kty, kid, use, key_ops: operations, alg } = jwk
  if (kty === 'oct') throw new Error('it is symmetric: such a key is never taken from a key set')
  const members = typeof kty === 'string' ? publicMembers.get(kty) : undefined
  if (members === undefined) throw new Error('its kty is none of RSA, EC, OKP, AKP')
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKidLength)) {
    throw new Error(`its kid is not a string of at most ${maxKidLength} characters`)
  }
  // RFC 7517 §4.2: a key without `use` may be for signatures; for encryption only where that is said.
  if (wanted === 'enc' ? use !== 'enc' : use !== undefined && use !== 'sig')
    throw new Error(`its use is not "${wanted}"`)
  const taken = operationsOf[wanted]
  if (operations !== undefined && !(Array.isArray(operations) && taken.some((name) => operations.includes(name)))) {
    throw new Error(`its key_ops do not include ${taken.map((name) => `"${name}"`).join(' or ')}`)
  }
  if (alg !== undefined && typeof alg !== 'string') throw new Error('its alg is not a string')
  return createKeyEntry(importMaterial(jwk, members), { kid, alg }, wanted)
}

/** RFC 7517 §4.3. A public key for ECDH-ES has no operation of its own, but some name those of the private one. */
const operationsOf = {
  sig: ['verify'],
  enc: ['encrypt', 'wrapKey', 'deriveKey', 'deriveBits'],
} as const satisfies Record<KeyUse, readonly string[]>

function importMaterial(jwk: Record<string, unknown>, members: readonly string[]) {
  const material: Record<string, unknown> = { kty: jwk['kty'] }
  for (const member of members) {
    const value = jwk[member]
    // Node.js skips over what is no base64url, and would make another key of it.
    if (typeof value !== 'string' || !(member === 'crv' || /^[\w-]+={0,2}$/.test(value))) {
      throw new Error(`its member ${member} is missing or malformed`)
    }
    material[member] = value
  }
  try {
    return createPublicKey({ format: 'jwk', key: material as JsonWebKey })
  } catch {
    throw new Error(
      jwk['kty'] === 'AKP'
        ? 'its members make no public key that this runtime has: ML-DSA needs Node.js 24.7 or later'
        : 'its members make no valid public key',
    )
  }
}

function hasPrivateMembers(jwk: unknown): boolean {
  return isObject(jwk) && privateMembers.some((member) => jwk[member] !== undefined)
}

function kidOf(jwk: unknown): string | undefined {
  const kid = isObject(jwk) ? jwk['kid'] : undefined
  return typeof kid === 'string' ? kid.slice(0, maxKidLength) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
