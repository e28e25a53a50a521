import { type ContenderName, contenders, type Role } from '../contenders/index.ts'
import { isIssuing, issuing, type IssuingName } from '../issuing/index.ts'

/** Whoever takes part in a case: by verifying, or by issuing. */
export type EntrantName = ContenderName | IssuingName

export function entryOf(name: EntrantName): { readonly role: Role; readonly packages: readonly string[] } {
  return isIssuing(name) ? issuing[name] : contenders[name]
}
