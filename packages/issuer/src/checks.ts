import { IssuerConfigurationError, kindOf, quoted } from './configuration-error.ts'

/** Options as they come: from JavaScript too, so nothing about them is known. */
export type Given = Readonly<Record<string, unknown>>

/** Refuses what is no object, and names that mean nothing: a misspelt option must not be silently without effect. */
export function checkNames(given: unknown, names: readonly string[], option: string): Given {
  if (!isObject(given)) throw new IssuerConfigurationError(option, kindOf(given), 'an object')
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown === undefined) return given
  const takes = `nothing: there is no such option among ${names.join(', ')}`
  throw new IssuerConfigurationError(quotedName(option, unknown), kindOf(given[unknown]), takes)
}

export function checkInteger(value: unknown, min: number, max: number, option: string, unit: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw new IssuerConfigurationError(option, quoted(value), `a whole number of ${unit} from ${min} to ${max}`)
}

export function checkOneOf<T extends string>(value: unknown, names: readonly T[], option: string): T {
  if (names.includes(value as T)) return value as T
  throw new IssuerConfigurationError(option, quoted(value), `one of ${names.join(', ')}`)
}

export function checkText(value: unknown, option: string, takes: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new IssuerConfigurationError(option, kindOf(value), takes)
}

const maxKeyIdLength = 512

/** RFC 7517 §4.5; resource servers take no longer one (JOSE-8). */
export function checkKeyId(kid: unknown, option: string): string {
  if (typeof kid === 'string' && kid !== '' && kid.length <= maxKeyIdLength) return kid
  throw new IssuerConfigurationError(option, quoted(kid), `a string of 1 to ${maxKeyIdLength} characters`)
}

export function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function quotedName(option: string, name: string): string {
  const printable = /^[\w.#-]{1,64}$/.test(name) ? name : quoted(name)
  return option === 'options' || option === 'request' ? printable : `${option}.${printable}`
}
