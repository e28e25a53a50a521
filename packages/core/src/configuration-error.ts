/**
 * An option is wrong. Thrown at creation only, never while a request is served.
 *
 * Names the option, what it got and what it takes; a secret's value is never in it.
 *
 * @example
 * ```ts
 * createVerifier({ issuer: 'as.example', audience: 'https://api.example' })
 * // ConfigurationError: issuer: got "as.example", takes an https URL (http for loopback hosts only)
 * ```
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly code = 'configuration_invalid'
  /** Path of the option, for example `issuers[1].audience`. */
  readonly option: string
  /** What was given, described; secrets and keys by their kind only. */
  readonly got: string
  /** What the option takes. */
  readonly takes: string

  constructor(option: string, got: unknown, takes: string) {
    const described = describe(got)
    super(`${option}: got ${described}, takes ${takes}`)
    this.option = option
    this.got = described
    this.takes = takes
  }
}

/** Wraps a description so that it is printed as it is instead of as a value. */
export class Described {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

function describe(value: unknown): string {
  if (value instanceof Described) return value.text
  if (typeof value === 'string') return JSON.stringify(value.length > 120 ? `${value.slice(0, 120)}…` : value)
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`
  if (typeof value === 'function') return 'a function'
  return typeof value === 'symbol' ? 'a symbol' : 'an object'
}
