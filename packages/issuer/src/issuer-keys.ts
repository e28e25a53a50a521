import type { JSONWebKeySet } from 'jose'
import { maxLifetimeSeconds } from './access-token.ts'
import type { Given } from './checks.ts'
import { IssuerConfigurationError, kindOf } from './configuration-error.ts'
import type { PublicDocument } from './document-handler.ts'
import { KeyRingError, type Ring, ringOf } from './key-ring/index.ts'
import type { Awaitable } from './signing-algorithms.ts'
import type { Signer } from './signing-key.ts'
import { loadSigningKeys } from './signing-keys.ts'

/** An issuer's keys, whether they stay or come and go. */
export interface IssuerKeys {
  /** Signs with the key that is to sign now. */
  signWithCurrent(sign: (signer: Signer) => Awaitable<string>): Awaitable<string>
  /** The public keys, in a copy of its own. */
  readonly jwks: () => JSONWebKeySet
  /** How the keys are published. */
  readonly publication: Pick<PublicDocument, 'maxAgeSeconds' | 'keepUp'>
  readonly longestTokenLifetimeSeconds: number
}

/**
 * The keys that the options of an issuer name, or a new one.
 *
 * @throws IssuerConfigurationError
 */
export async function loadIssuerKeys({ keyRing, keys, algorithm }: Given): Promise<IssuerKeys> {
  if (keyRing !== undefined) return keysOfRing(keyRing, { keys, algorithm })
  const { signer, published } = await loadSigningKeys(keys, algorithm)
  return {
    signWithCurrent: (sign) => sign(signer),
    jwks: () => ({ keys: published.map((jwk) => ({ ...jwk })) }),
    publication: {},
    longestTokenLifetimeSeconds: maxLifetimeSeconds,
  }
}

/** So often a key may go while it signs, before it is given up. */
const maxTries = 3

function keysOfRing(keyRing: unknown, others: Given): IssuerKeys {
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) throw new IssuerConfigurationError(name, kindOf(value), 'nothing beside keyRing')
  }
  const ring = ringOf(keyRing)
  if (ring?.policy.use !== 'sig') {
    throw new IssuerConfigurationError('keyRing', kindOf(keyRing), 'what createKeyRing made, for signatures')
  }
  return {
    signWithCurrent: (sign) => {
      const signer = ring.signer()
      if (signer instanceof Promise) return signWithAnotherWhereNeeded(ring, sign, signer)
      const token = sign(signer)
      // Nothing can have changed where nothing was waited for.
      return token instanceof Promise ? checkAfterwards(ring, signer, token, sign) : token
    },
    jwks: () => ring.jwks(),
    publication: { maxAgeSeconds: () => ring.maxAgeSeconds(), keepUp: () => ring.keepUp() },
    longestTokenLifetimeSeconds: ring.policy.longestTokenLifetimeSeconds,
  }
}

type Sign = (signer: Signer) => Awaitable<string>

/** The key may have been withdrawn while it was at it. */
async function checkAfterwards(ring: Ring, signer: Signer, token: Promise<string>, sign: Sign): Promise<string> {
  const signed = await token.catch((error: unknown) => whenStillCurrent(ring, signer, error))
  if (signed !== undefined && !ring.isWithdrawn(signer.kid)) return signed
  return signWithAnotherWhereNeeded(ring, sign)
}

async function signWithAnotherWhereNeeded(ring: Ring, sign: Sign, first = ring.signer()): Promise<string> {
  for (let tries = 0; tries < maxTries; tries++) {
    const signer = await (tries === 0 ? first : ring.signer())
    const token = await Promise.resolve(sign(signer)).catch((error: unknown) => whenStillCurrent(ring, signer, error))
    if (token !== undefined && !ring.isWithdrawn(signer.kid)) return token
  }
  throw new KeyRingError('no_key', 'one key after another was withdrawn while it signed')
}

/** A key management service has no use for a key any more that another process has retired a moment ago. */
async function whenStillCurrent(ring: Ring, signer: Signer, error: unknown): Promise<undefined> {
  await ring.refresh().catch(() => {})
  if (ring.currentKeyId === signer.kid) throw error
}
