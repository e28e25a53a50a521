/** Something that must not be. */
export interface Disagreement {
  readonly kind:
    | 'laxer'
    | 'stricter'
    | 'another code'
    | 'undeclared error'
    | 'not the same twice'
    | 'not the same everywhere'
    | 'claims differ'
    | 'not frozen'
    | 'reference'
  readonly policy: string
  readonly subject: string
  readonly expected: string
  readonly actual: string
}
