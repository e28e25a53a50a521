import { createHash, type JsonWebKey, type KeyObject } from 'node:crypto'
import { hasShapeFor, type KeyUse, knownAlgorithms } from './algorithm-fit.ts'
import { monotonicMs } from './clock.ts'
import { distrustedKeys } from './distrust.ts'
import { hasRocaMark } from './roca.ts'
import { isOfSmallOrder } from './small-order.ts'

/**
 * One published key: an entry, not a value. The same key seen again in a later set is the same entry; its identity is
 * its thumbprint together with the `kid` and `alg` it was published with.
 *
 * Whoever remembers something that was verified with it keeps the entry and asks `withdrawn`.
 */
export interface PublishedKey {
  readonly kid: string | undefined
  /** What the set was fetched for; `sig` unless it was said. */
  readonly use: KeyUse
  readonly kty: 'RSA' | 'EC' | 'OKP' | 'AKP'
  /** P-256, P-384, P-521, secp256k1, Ed25519, X25519, or the parameter set of an AKP key; `undefined` for RSA. */
  readonly crv: string | undefined
  /** The key's own `alg`, where it was published with one. */
  readonly alg: string | undefined
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
  /** The public key, imported once. */
  readonly key: KeyObject
  /** Becomes true, for good, when the key has left its set, was kept too long, or was distrusted. */
  readonly withdrawn: boolean
}

/** What a key may be published with beside its material. */
export interface PublishedKeyMembers {
  readonly kid?: string | undefined
  readonly alg?: string | undefined
}

/** What node:crypto exports of a public key; `alg` and `pub` of AKP keys (RFC 9964 §4) where the runtime has them. */
type PublicJwk = JsonWebKey & { readonly alg?: string; readonly pub?: string }

/** Until when (monotonic clock) the keys of a set may be used, unless the set is confirmed before. */
export interface Lifetime {
  untilMs: number
}

const endless: Lifetime = { untilMs: Number.POSITIVE_INFINITY }

/** An entry as its set holds it. */
export class KeyEntry implements PublishedKey {
  readonly kid: string | undefined
  readonly use: KeyUse
  readonly kty: PublishedKey['kty']
  readonly crv: string | undefined
  readonly alg: string | undefined
  readonly thumbprint: string
  readonly key: KeyObject
  #withdrawn = false
  #lifetime = endless

  constructor(
    key: KeyObject,
    { kty, use }: Pick<PublishedKey, 'kty' | 'use'>,
    jwk: PublicJwk,
    members: PublishedKeyMembers,
  ) {
    this.kid = members.kid
    this.use = use
    this.kty = kty
    // RFC 9964 §4: an AKP key is of its alg, as others are of their curve.
    this.crv = kty === 'AKP' ? jwk.alg : jwk.crv
    this.alg = members.alg
    this.thumbprint = thumbprintOf(jwk)
    this.key = key
  }

  get withdrawn(): boolean {
    if (this.#withdrawn || distrustedKeys.thumbprints.has(this.thumbprint)) return true
    return this.#lifetime !== endless && monotonicMs() >= this.#lifetime.untilMs
  }

  /** RFC 7638 thumbprint, `kid` and `alg`: equal exactly when it is the same entry (KEYS-8). */
  get identity(): string {
    return JSON.stringify([this.thumbprint, this.kid ?? null, this.alg ?? null])
  }

  withdraw(): void {
    this.#withdrawn = true
  }

  /** From now on the entry ends with its set. */
  liveFor(lifetime: Lifetime): void {
    this.#lifetime = lifetime
  }
}

/**
 * Makes an entry of one public key, for a key that was given instead of fetched.
 *
 * @throws Error that says why the key is too weak or unfit (RSA under 2048 or over 8192 bits, an exponent that is even,
 *   under 3 or over 2^32, a curve without an algorithm, an `alg` that does not suit it)
 *
 * @example
 * ```ts
 * const entry = createPublishedKey(createPublicKey(pem), { alg: 'RS256' })
 * ```
 */
export function createPublishedKey(key: KeyObject, members: PublishedKeyMembers = {}): PublishedKey {
  return createKeyEntry(key, members)
}

export function createKeyEntry(key: KeyObject, members: PublishedKeyMembers, use: KeyUse = 'sig'): KeyEntry {
  if (key.type !== 'public') throw new Error(`it is a ${key.type} key, not a public one`)
  const kty = keyTypes[use].get(key.asymmetricKeyType ?? '')
  if (kty === undefined) throw new Error(`keys of type ${String(key.asymmetricKeyType)} ${purposes[use]} here`)
  if (kty === 'RSA') requireStrongRsa(key)
  const jwk = exportPublicJwk(key)
  if (jwk.crv === 'Ed25519' && isOfSmallOrder(Buffer.from(jwk.x ?? '', 'base64url'))) {
    throw new Error('its point is of small order: anybody can sign with it')
  }
  const entry = new KeyEntry(key, { kty, use }, jwk, members)
  const own = members.alg
  const suits =
    own === undefined ? knownAlgorithms[use].some((name) => hasShapeFor(entry, name)) : hasShapeFor(entry, own)
  if (!suits) throw new Error(own === undefined ? `no ${kinds[use]} here uses its curve` : `its alg does not suit it`)
  return entry
}

const kinds = { sig: 'JWS algorithm', enc: 'key management algorithm' } as const satisfies Record<KeyUse, string>
const purposes = { sig: 'verify no JWS algorithm', enc: 'encrypt by no JWE algorithm' } as const satisfies Record<
  KeyUse,
  string
>

/** By what Node.js calls them. */
const keyTypes: Readonly<Record<KeyUse, ReadonlyMap<string, PublishedKey['kty']>>> = {
  sig: new Map([
    ['rsa', 'RSA'],
    ['ec', 'EC'],
    ['ed25519', 'OKP'],
    ['ml-dsa-44', 'AKP'],
    ['ml-dsa-65', 'AKP'],
    ['ml-dsa-87', 'AKP'],
  ]),
  enc: new Map([
    ['rsa', 'RSA'],
    ['ec', 'EC'],
    ['x25519', 'OKP'],
  ]),
}

/** JOSE-11. Node.js itself takes an exponent of 1, with which anybody can make a signature. */
function requireStrongRsa(key: KeyObject): void {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < 2048) throw new Error(`its RSA modulus has ${modulusLength} bits, at least 2048 are needed`)
  if (modulusLength > 8192) throw new Error(`its RSA modulus has ${modulusLength} bits, at most 8192 are taken`)
  if (publicExponent < 3n || publicExponent > 2n ** 32n || publicExponent % 2n === 0n) {
    throw new Error('its RSA exponent is not an odd number from 3 to 2^32')
  }
  if (hasRocaMark(Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url'))) {
    throw new Error('its RSA modulus is of the kind whose private key can be worked out (ROCA, CVE-2017-15361)')
  }
}

/** The key's public members, in their canonical form, whatever form they were published in. */
export function exportPublicJwk(key: KeyObject): PublicJwk {
  try {
    return key.export({ format: 'jwk' }) as PublicJwk
  } catch {
    throw new Error('no JWS algorithm here uses its curve')
  }
}

/** RFC 7638 §3, RFC 9964 §6: the required members only, in lexicographic order; `alg` is one of an AKP key alone. */
function thumbprintOf({ alg, crv, e, kty, n, pub, x, y }: PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ alg, crv, e, kty, n, pub, x, y })).digest('base64url')
}
