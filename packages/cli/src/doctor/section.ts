import type { Finding } from './finding.ts'

/** Findings that belong together. */
export interface Section {
  readonly title: string
  readonly findings: readonly Finding[]
}

/** A part of an examination, and its answers for what all parts have in common. */
export interface Examination {
  readonly kind: 'authorization-server' | 'api'
  readonly sections: readonly Section[]
}
