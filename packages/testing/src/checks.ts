import { IssuerConfigurationError } from '@sallyport/issuer'

/** Refuses options that mean nothing: a misspelt one must not be silently without effect. */
export function checkOptions(options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new IssuerConfigurationError(unknown, 'a value', `nothing: there is no such option among ${names.join(', ')}`)
}

export function checkOneOf(value: string, names: readonly string[], option: string): void {
  if (names.includes(value)) return
  throw new IssuerConfigurationError(option, JSON.stringify(value), `one of ${names.join(', ')}`)
}
