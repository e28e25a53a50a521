/**
 * An option is wrong. Thrown when something is made (`createJwks`, `distrust`), never while a request is served.
 *
 * @example
 * ```ts
 * createJwks('http://as.example/jwks')
 * // JwksConfigurationError: source: got "http://as.example/jwks", takes an https URL (http for loopback hosts only)
 * ```
 */
export class JwksConfigurationError extends Error {
  override readonly name = 'JwksConfigurationError'
  readonly code = 'configuration_invalid'
  /** Name of the option, for example `maxStaleMs`; `source` is the first argument. */
  readonly option: string
  /** What was given, described. */
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

function describe(value: unknown): string {
  if (typeof value === 'string') return describeText(value)
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object') return 'an object'
  return `a ${typeof value}`
}

function describeText(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url !== undefined && (url.username !== '' || url.password !== '')) return 'a URL with a user name or password'
  // A query may hold an API key.
  const text = url === undefined || url.search === '' ? value : `${value.slice(0, value.indexOf('?'))}?…`
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text)
}
