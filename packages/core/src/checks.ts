import { ConfigurationError, Described } from './configuration-error.ts'

/** Options as they come: from JavaScript too, so nothing about them is known. */
export type Given = Readonly<Record<string, unknown>>

/** Refuses what is no object, and names that mean nothing: a misspelt option must not be silently without effect. */
export function checkNames(given: unknown, names: readonly string[], option: string): Given {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigurationError(option, given, 'an object')
  }
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue
    throw new ConfigurationError(
      option === 'options' ? name : `${option}.${name}`,
      (given as Given)[name] === undefined ? undefined : new Described('a value'),
      `nothing, as there is no such option; there are ${names.join(', ')}`,
    )
  }
  return given as Given
}

export function checkNumber(value: unknown, min: number, max: number, option: string, unit: string): number {
  if (typeof value === 'number' && value >= min && value <= max) return value
  throw new ConfigurationError(option, value, `a number of ${unit} from ${min} to ${max}`)
}

export function checkOneOf<T extends string>(value: unknown, names: readonly T[], option: string): T {
  if (names.includes(value as T)) return value as T
  throw new ConfigurationError(option, value, `one of ${names.join(', ')}`)
}

/** A list of different, non-empty strings. */
export function checkStrings(value: unknown, option: string, takes: string): readonly string[] {
  if (!Array.isArray(value)) throw new ConfigurationError(option, value, takes)
  for (const [index, item] of value.entries()) {
    if (typeof item !== 'string' || item === '') throw new ConfigurationError(`${option}[${index}]`, item, takes)
  }
  return [...new Set(value as string[])]
}
