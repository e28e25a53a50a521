import type { JWK } from 'jose'
import { type Given, isObject } from '../checks.ts'
import { KeyStorageError } from './key-storage.ts'

/** What the keys of a ring are for: signing access tokens (`sig`), or decrypting them at a resource server (`enc`). */
export type KeyRingUse = 'sig' | 'enc'

/** `next` is published and waits, `current` signs, `retiring` is kept for the tokens that are still about. */
export type KeyState = 'next' | 'current' | 'retiring'

/** A key as it is stored. Times are in seconds since 1970. */
export interface StoredKey {
  readonly state: KeyState
  readonly kid: string
  readonly alg: string
  /** Private only while that is needed, and never that of a key management service. */
  readonly jwk: JWK
  /** Since when APIs can have it. */
  readonly publishedAt: number
  /** Since when it is used. */
  readonly usedSince?: number
  /** Until when it is published (`sig`) or decrypts (`enc`), once it is retiring. */
  readonly keptUntil?: number
  /** Longest life of the tokens that it may have signed. */
  readonly tokenLifetimeSeconds: number
}

/** What a storage holds: at most one current key, at most one next. */
export interface RingState {
  readonly use: KeyRingUse
  readonly keys: readonly StoredKey[]
}

const format = 'sallyport-key-ring/1'

export function serializeState({ use, keys }: RingState): string {
  return JSON.stringify({ format, use, keys })
}

/**
 * @throws KeyStorageError `storage_corrupted`: what is stored decides over keys, so that nothing odd is taken
 */
export function parseState(content: string, use: KeyRingUse): RingState {
  const state = parseObject(content)
  if (state?.['format'] !== format || !Array.isArray(state['keys'])) throw damaged('is no key ring')
  if (state['use'] !== use) throw damaged(`is a key ring for another use than "${use}"`)
  const keys = state['keys'].map(parseKey)
  const count = (wanted: KeyState) => keys.filter((key) => key.state === wanted).length
  const kids = new Set(keys.map(({ kid }) => kid))
  if (count('current') > 1 || count('next') > 1 || kids.size < keys.length) throw damaged('is no sound key ring')
  return { use, keys }
}

function parseObject(content: string): Given | undefined {
  try {
    const value: unknown = JSON.parse(content)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function parseKey(given: unknown): StoredKey {
  const key = isObject(given) ? given : {}
  const { state, kid, alg, jwk, publishedAt, usedSince, keptUntil, tokenLifetimeSeconds } = key
  const isSound =
    (state === 'next' || state === 'current' || state === 'retiring') &&
    typeof kid === 'string' &&
    typeof alg === 'string' &&
    isObject(jwk) &&
    isTime(publishedAt) &&
    isTime(tokenLifetimeSeconds) &&
    (state === 'next' ? usedSince === undefined : isTime(usedSince)) &&
    (state === 'retiring' ? isTime(keptUntil) : keptUntil === undefined)
  if (isSound) return key as unknown as StoredKey
  throw damaged('has a key that is none')
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function damaged(what: string): KeyStorageError {
  return new KeyStorageError('storage_corrupted', `what is stored ${what}`)
}
