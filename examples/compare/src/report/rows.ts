import type { Findings } from '../compare.ts'

/** A line of the table: what was looked at, and what was found about each way. */
export interface Row {
  readonly title: string
  readonly cells: readonly string[]
  /** Whether the cells are figures, which are others on another machine. */
  readonly kind: 'figures' | 'words'
}

export function toRows(findings: readonly Findings[], lifetimeSeconds: number): readonly Row[] {
  const row = (kind: Row['kind'], title: string, cell: (found: Findings) => string): Row => ({
    title,
    cells: findings.map(cell),
    kind,
  })
  return [
    row('figures', 'set-up, lines', ({ setupLines, linesBesides }) =>
      linesBesides === 0 ? `${setupLines}` : `${setupLines}, and ${linesBesides} of the server`,
    ),
    row('figures', 'requests per second', ({ requestsPerSecond }) => `${Math.round(requestsPerSecond)}`),
    row('figures', 'bytes per request', ({ requestBytes }) => `${requestBytes}`),
    row('figures', 'a logout takes effect after', ({ logout }) => `${(logout.effectiveAfterMs / 1000).toFixed(2)} s`),
    row('words', 'that is', ({ logout: { effectiveAfterMs } }) =>
      effectiveAfterMs < (lifetimeSeconds * 1000) / 4 ? 'at once' : 'when the token expires',
    ),
    row('words', 'stolen credential, logged out', ({ logout }) =>
      logout.renewable ? 'can be renewed' : 'cannot be renewed',
    ),
    row('words', 'stolen credential, logged in', ({ theft }) =>
      !theft.usable ? 'refused' : theft.noticed ? 'works, noticed at renewal' : 'works, unnoticed',
    ),
    row('words', 'leaked database', ({ leak }) => (leak.database ? 'lets thieves in' : 'lets nobody in')),
    row('words', 'with the secret of the app', ({ leak }) => (leak.withSecret ? 'lets thieves in' : 'lets nobody in')),
    row('words', 'the secret alone', ({ leak: { secretAlone } }) =>
      secretAlone === undefined ? 'there is none' : secretAlone ? 'lets thieves in' : 'lets nobody in',
    ),
    row('words', 'form of a sibling domain', ({ forgedFormTaken }) => (forgedFormTaken ? 'taken' : 'refused')),
  ]
}
