import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { IssuerConfigurationError } from '../../configuration-error.ts'

/** A client's secret, and what the endpoint keeps of it. */
export interface GeneratedClientSecret {
  /** For the client alone: shown once, kept nowhere. */
  readonly secret: string
  /** For the option `secretHashes`. */
  readonly secretHash: string
}

/**
 * Makes a secret for a client: 256 random bits as base64url.
 *
 * It is kept as its SHA-256. For a secret of that entropy this is enough; for one that a person thought of it is not,
 * which is why there is no way to set one.
 *
 * @example
 * ```ts
 * const { secret, secretHash } = generateClientSecret()
 * ```
 */
export function generateClientSecret(): GeneratedClientSecret {
  const secret = randomBytes(32).toString('base64url')
  return Object.freeze({ secret, secretHash: `sha256:${digest(secret).toString('base64url')}` })
}

const hashForm = /^sha256:([A-Za-z0-9_-]{43})$/

/** @throws IssuerConfigurationError */
export function checkSecretHash(hash: unknown, option: string): Buffer {
  const [, text] = (typeof hash === 'string' && hashForm.exec(hash)) || []
  if (text !== undefined) return Buffer.from(text, 'base64url')
  // Whoever puts the secret itself there must not find it in a log.
  throw new IssuerConfigurationError(option, 'something else', 'the secretHash of generateClientSecret()')
}

/** Whether one of the hashes is the secret's, in constant time. */
export function isSecretOf(secret: string, hashes: readonly Buffer[]): boolean {
  const actual = digest(secret)
  return hashes.filter((hash) => timingSafeEqual(hash, actual)).length > 0
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
