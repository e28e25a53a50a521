/**
 * An option, or a value asked of a token, is wrong. Names the option, what it got and what it takes; the values of
 * keys, secrets and personal claims are never in it.
 *
 * @example
 * ```ts
 * await createIssuer({ issuer: 'as.example' })
 * // IssuerConfigurationError: issuer: got "as.example", takes an https URL in normal form …
 * ```
 */
export class IssuerConfigurationError extends Error {
  override readonly name = 'IssuerConfigurationError'
  readonly code = 'configuration_invalid'
  /** Path of the option, for example `keys[1].alg` or `encryptFor.key`. */
  readonly option: string
  /** What was given, described. */
  readonly got: string
  /** What the option takes. */
  readonly takes: string

  /** @param got a description, not the value: what is printed is never decided by the value alone */
  constructor(option: string, got: string, takes: string) {
    super(`${option}: got ${got}, takes ${takes}`)
    this.option = option
    this.got = got
    this.takes = takes
  }
}

/** Shows a value that is harmless to show: a name, a number, an address. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 120 ? `${value.slice(0, 120)}…` : value)
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value)
}

/** Says what sort of value it is, and nothing of the value. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (value === '') return 'an empty string'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
