import { createPrivateKey, type JsonWebKey } from 'node:crypto'
import type { JWK } from 'jose'
import { generateDecryptionKey } from '../decryption-key.ts'
import { importExternalKey } from '../external-key.ts'
import type { AgreementCurve, KeyManagementAlgorithm } from '../key-management.ts'
import type { SigningAlgorithm } from '../signing-algorithms.ts'
import { generateSigningKey, importSigningKey, type Signer } from '../signing-key.ts'
import { type NewKey, publicHalf } from './catch-up.ts'
import type { KeyManagementService } from './key-management-service.ts'
import { KeyRingError } from '../key-ring-error.ts'
import { KeyStorageError } from './key-storage.ts'
import type { StoredKey } from './ring-state.ts'
import { within } from '../within.ts'

/** A key of a ring, ready for use. What is private is in closures: nothing that prints it shows it. */
export interface RingKey {
  readonly publicJwk: JWK
  /** Of a key that may sign. */
  readonly signer?: Signer
  /** Of a key that may decrypt: the same object each time. */
  readonly decryptionKey?: () => JWK
}

/** Makes the keys of a ring, and prepares stored ones. */
export interface KeyMaker {
  make(): Promise<NewKey>
  open(stored: StoredKey): Promise<RingKey>
  /** What can be published of a key that cannot be opened here: other processes may use it. */
  openPublicHalf(stored: StoredKey): Promise<RingKey>
  /** After its private half has left the ring. */
  destroy(kid: string): Promise<void>
}

export function signingKeyMaker(algorithm: SigningAlgorithm, kms: KeyManagementService | undefined): KeyMaker {
  const open = (stored: StoredKey) =>
    stored.state === 'retiring' || 'd' in stored.jwk || 'priv' in stored.jwk
      ? openSigningKey(stored)
      : openExternalKey(stored, kms)
  return {
    make: async () => {
      if (kms === undefined) {
        const jwk = await generateSigningKey(algorithm)
        return { kid: String(jwk.kid), alg: algorithm, jwk }
      }
      try {
        const created = await withinLimit(kms.createKey(algorithm))
        const { kid, alg, publicJwk } = await importExternalKey(created, 'kms.createKey()')
        return { kid, alg, jwk: publicHalf(publicJwk) }
      } catch (cause) {
        throw new KeyRingError('key_unavailable', 'the key management service has made no usable key', { cause })
      }
    },
    open,
    openPublicHalf: async (stored) => openSigningKey({ ...stored, jwk: publicHalf(stored.jwk) }),
    destroy: async (kid) => {
      if (kms?.destroyKey !== undefined) await withinLimit(kms.destroyKey(kid))
    },
  }
}

export function decryptionKeyMaker(algorithm: KeyManagementAlgorithm, crv: AgreementCurve): KeyMaker {
  return {
    make: async () => {
      const jwk = await generateDecryptionKey(algorithm, { crv })
      return { kid: String(jwk.kid), alg: algorithm, jwk }
    },
    open: async (stored) => {
      try {
        createPrivateKey({ key: stored.jwk as JsonWebKey, format: 'jwk' })
      } catch {
        throw new KeyStorageError('storage_corrupted', `the stored key ${stored.kid} is none`)
      }
      const { kid, alg } = stored
      const members = { kid, alg, use: 'enc' }
      const jwk = Object.freeze({ ...stored.jwk, ...members })
      return { publicJwk: Object.freeze({ ...publicHalf(stored.jwk), ...members }), decryptionKey: () => jwk }
    },
    openPublicHalf: async ({ kid }) => {
      throw new KeyStorageError('storage_corrupted', `the stored key ${kid} is none`)
    },
    destroy: async () => {},
  }
}

async function openSigningKey({ jwk, kid, alg }: StoredKey): Promise<RingKey> {
  try {
    const { publicJwk, signer } = await importSigningKey({ ...jwk, kid, alg }, undefined, 'key')
    return { publicJwk, ...(signer && { signer }) }
  } catch {
    throw new KeyStorageError('storage_corrupted', `the stored key ${kid} is none for ${alg} in this runtime`)
  }
}

async function openExternalKey({ kid, jwk }: StoredKey, kms: KeyManagementService | undefined): Promise<RingKey> {
  try {
    const key = kms === undefined ? undefined : await withinLimit(kms.findKey(kid))
    if (key !== undefined) {
      const signer = await importExternalKey(key, 'kms.findKey()')
      // Published is what was stored: tokens of another key would be refused.
      if (signer.kid === kid && isSame(signer.publicJwk, jwk)) return { publicJwk: signer.publicJwk, signer }
    }
  } catch (cause) {
    throw new KeyRingError('key_unavailable', `the key ${kid} cannot be had from the key management service`, { cause })
  }
  throw new KeyRingError('key_unavailable', `the key management service does not have the key ${kid}`)
}

const answerLimitMs = 10_000

function withinLimit<T>(answer: Promise<T>): Promise<T> {
  return within(answerLimitMs, answer, (message) => new KeyRingError('key_unavailable', message))
}

function isSame(one: JWK, other: JWK): boolean {
  return (['kty', 'crv', 'x', 'y', 'n', 'e', 'pub'] as const).every((member) => one[member] === other[member])
}
