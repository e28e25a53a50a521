import { ConfigurationError, type Verifier } from '@sallyport/core'
import { createGate, type Gate, type ProtectInput, type ProtectOptions } from '@sallyport/core/adapter'

/** A verifier made before, with what the module takes beside it. */
export interface SharedVerifier extends ProtectOptions {
  readonly verifier: Verifier<unknown>
}

/** Options of `createVerifier` with `optional`, or a verifier made before, by itself or with `optional`. */
export type SallyportModuleOptions = ProtectInput<unknown> | SharedVerifier

/** What a class given to `forRootAsync` as `useClass` or `useExisting` implements. */
export interface SallyportOptionsFactory {
  createSallyportOptions(): SallyportModuleOptions | Promise<SallyportModuleOptions>
}

/**
 * The verifier that the options make or bring.
 *
 * @throws ConfigurationError
 */
export function verifierOf(options: SallyportModuleOptions): Verifier<unknown> {
  // A factory that found no configuration.
  if (typeof options !== 'object' || options === null) throw new ConfigurationError('options', options, 'an object')
  if (!('verifier' in options)) return createGate(options).verifier
  const { verifier, optional, ...others } = options
  const [misspelt] = Object.keys(others)
  if (misspelt === undefined) return createGate(verifier, { optional }).verifier
  throw new ConfigurationError(misspelt, 'a value', 'nothing: beside verifier there is only optional')
}

/**
 * The gate in front of a verifier, which need not be the one of the options: tests replace it.
 *
 * @throws ConfigurationError
 */
export function gateOf(verifier: Verifier<unknown>, options: SallyportModuleOptions | undefined): Gate {
  return createGate(verifier, { optional: (options as ProtectOptions | undefined)?.optional })
}
