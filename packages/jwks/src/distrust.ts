import { JwksConfigurationError } from './configuration-error.ts'

/** Distrusted keys are few and never forgotten, so there is a bound instead of an eviction. */
const maxDistrusted = 1_000

interface DistrustedKeys {
  readonly thumbprints: Set<string>
  /** Grows with every addition, so that an index made before is known to be old. */
  epoch: number
}

const slot = Symbol.for('@sallyport/jwks/distrusted/1')
const shared = globalThis as { [slot]?: DistrustedKeys }

/** Process-wide, also over two copies of this package: a stolen key is stolen for every issuer and every fetcher. */
export const distrustedKeys: DistrustedKeys = (shared[slot] ??= { thumbprints: new Set(), epoch: 0 })

/**
 * Refuses the key of that RFC 7638 SHA-256 thumbprint from now on, until the process ends.
 *
 * @returns whether it was trusted until now
 */
export function distrustKey(thumbprint: unknown, option: string): boolean {
  if (typeof thumbprint !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(thumbprint)) {
    throw new JwksConfigurationError(option, thumbprint, 'an RFC 7638 SHA-256 thumbprint (43 characters of base64url)')
  }
  if (distrustedKeys.thumbprints.has(thumbprint)) return false
  if (distrustedKeys.thumbprints.size >= maxDistrusted) {
    throw new JwksConfigurationError(option, `thumbprint ${maxDistrusted + 1}`, `at most ${maxDistrusted} thumbprints`)
  }
  distrustedKeys.thumbprints.add(thumbprint)
  distrustedKeys.epoch++
  return true
}
