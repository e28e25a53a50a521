import { checkText } from './checks.ts'
import { IssuerConfigurationError, kindOf } from './configuration-error.ts'

/**
 * Identifiers of APIs as an application gives them: one, or an array of them.
 *
 * @throws IssuerConfigurationError
 */
export function checkAudiences(audience: unknown, option: string): readonly string[] {
  const takes = 'the identifier of an API, or an array of them'
  const audiences: readonly unknown[] = Array.isArray(audience) ? audience : [audience]
  if (audiences.length === 0) throw new IssuerConfigurationError(option, kindOf(audience), takes)
  const nameOf = (index: number) => (Array.isArray(audience) ? `${option}[${index}]` : option)
  return [...new Set(audiences.map((value, index) => checkText(value, nameOf(index), takes)))]
}
