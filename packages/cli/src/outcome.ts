import type { Page } from './terminal/index.ts'

/** What a command found out: the same as data and for people. */
export interface Outcome {
  /** What `--json` prints, after `command` and `ok`. */
  readonly report: Readonly<Record<string, unknown>>
  readonly page: Page
  /** A line that is printed as it is instead of the page: what other programs read. */
  readonly bare?: string | undefined
  /** `refused`: a token, or what was examined has a problem. `fault`: it could not be found out. */
  readonly verdict: 'good' | 'refused' | 'fault'
  /** Said on standard error, with `--json` too. */
  readonly hints?: readonly string[] | undefined
}
