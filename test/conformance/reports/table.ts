import { styleText } from 'node:util'
import type { JudgedRequirement, Outcome } from '../judgement.ts'
import { type Report, summary } from './report.ts'

const titleWidth = 78

const colours = { passed: 'green', failed: 'red', skipped: 'red', missing: 'red', later: 'gray' } as const

/**
 * The matrix for a terminal: standard and section, requirement, tests, result.
 *
 * @param paint puts an outcome into colour
 */
export function formatTable(report: Report, paint: (outcome: Outcome) => string): string {
  const lines: string[] = []
  let standard = ''
  for (const section of report.sections) {
    if (section.standard !== standard) {
      standard = section.standard
      lines.push('', standard)
    }
    for (const [index, judged] of section.requirements.entries()) {
      lines.push(formatRow(index === 0 ? section.section : '', judged, paint))
    }
  }
  const problems = report.problems.map((problem) => `  ${problem}`)
  return [...lines, '', ...(problems.length > 0 ? ['Not good:', ...problems, ''] : []), summary(report)].join('\n')
}

function formatRow(section: string, { requirement, tests, outcome }: JudgedRequirement, paint: typeof plain): string {
  const { id, title } = requirement
  const short = title.length > titleWidth ? `${title.slice(0, titleWidth - 1)}…` : title
  const count = tests.length === 0 ? '' : `${tests.length} ${tests.length === 1 ? 'test' : 'tests'}`
  return `  ${section.padEnd(10)} ${id.padEnd(9)} ${short.padEnd(titleWidth)} ${count.padStart(11)}  ${paint(outcome)}`
}

export function plain(outcome: Outcome): string {
  return outcome
}

export function coloured(outcome: Outcome): string {
  return styleText(colours[outcome], outcome)
}
