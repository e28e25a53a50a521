import type { JudgedRequirement } from './judgement.ts'

/** A section of a standard, and what Sallyport promises about it. */
export interface Section {
  /** `RFC 7515`, `CWE-770`, `own rule`. */
  readonly standard: string
  /** `§4.1.1`; empty where the source has none. */
  readonly section: string
  readonly requirements: readonly JudgedRequirement[]
}

/** The matrix: by standard and section, in the order of their numbers; what is no standard's comes last. */
export function bySection(judged: readonly JudgedRequirement[]): Section[] {
  const sources = [...new Set(judged.flatMap(({ requirement }) => requirement.sources))].toSorted(compareSources)
  return sources.map((source) => {
    const { standard, section } = split(source)
    return { standard, section, requirements: judged.filter(({ requirement }) => requirement.sources.includes(source)) }
  })
}

function split(source: string): { standard: string; section: string } {
  const at = source.indexOf(' §')
  return at === -1
    ? { standard: source, section: '' }
    : { standard: source.slice(0, at), section: source.slice(at + 1) }
}

function compareSources(one: string, other: string): number {
  return rank(one) - rank(other) || one.localeCompare(other, 'en', { numeric: true })
}

function rank(source: string): number {
  if (source.startsWith('RFC')) return 0
  return source === 'own rule' ? 2 : 1
}
