/** What was looked at, and how it is. */
export interface Finding {
  /** `problem`: to be put right. `warning`: better otherwise. `note`: good to know. */
  readonly level: 'ok' | 'warning' | 'problem' | 'note'
  /** Stable name, for programs: `tls.version`. */
  readonly check: string
  readonly message: string
  /** What to do about it. */
  readonly advice?: string | undefined
}

export function ok(check: string, message: string): Finding {
  return { level: 'ok', check, message }
}

export function warning(check: string, message: string, advice?: string): Finding {
  return { level: 'warning', check, message, advice }
}

export function problem(check: string, message: string, advice?: string): Finding {
  return { level: 'problem', check, message, advice }
}

export function note(check: string, message: string, advice?: string): Finding {
  return { level: 'note', check, message, advice }
}
