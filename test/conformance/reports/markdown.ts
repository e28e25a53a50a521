import type { AttackResult } from '../attack-results.ts'
import type { JudgedRequirement } from '../judgement.ts'
import { expectedAnswer, type Report, summary } from './report.ts'

const signs = { passed: '✅', failed: '❌', skipped: '⏸️', missing: '❓', later: '🔜' } as const

/** The report as Markdown, to be read on a code host. */
export function formatMarkdown(report: Report): string {
  return [
    '# Sallyport: conformance',
    '',
    `Generated, not written: ${report.made}.`,
    '',
    `${summary(report)}.`,
    ...(report.problems.length > 0
      ? ['', '## Not good', '', ...report.problems.map((text) => `- ${escape(text)}`)]
      : []),
    '',
    '## Sections of the standards',
    ...matrix(report),
    '',
    '## Requirements, and the tests that prove them',
    '',
    ...report.requirements.flatMap(requirementTests),
    '## Attacks',
    '',
    'Each is made against every framework over a raw socket, and against the verifier alone where it needs no HTTP; a good',
    'request has to pass after it.',
    ...attacks(report),
    '',
  ].join('\n')
}

function matrix({ sections }: Report): string[] {
  const lines: string[] = []
  let standard = ''
  for (const section of sections) {
    if (section.standard !== standard) {
      standard = section.standard
      lines.push('', `### ${escape(standard)}`, '', '|Section|Requirement|Tests|Result|', '|-|-|-:|-|')
    }
    for (const { requirement, tests, outcome } of section.requirements) {
      const promise = `${requirement.id}: ${escape(requirement.title)}`
      lines.push(`|${escape(section.section)}|${promise}|${tests.length}|${signs[outcome]} ${outcome}|`)
    }
  }
  return lines
}

function requirementTests({ requirement, tests, outcome }: JudgedRequirement): string[] {
  const heading = `<b>${requirement.id}</b> ${escape(requirement.title)}: ${signs[outcome]} ${outcome}`
  const why = requirement.later === undefined ? [] : [`For later: ${escape(requirement.later)}.`, '']
  const list = tests.map(({ name, file, outcome: result }) => `- ${signs[result]} ${escape(name)} (\`${file}\`)`)
  return [`<details><summary>${heading} (${tests.length})</summary>`, '', ...why, ...list, '', '</details>', '']
}

function attacks({ attacks: results }: Report): string[] {
  const lines: string[] = []
  let group = ''
  for (const result of results) {
    if (result.group !== group) {
      group = result.group
      lines.push('', `### ${escape(group)}`, '', '|Attack|The attacker|Source|Answer|Tests|Result|', '|-|-|-|-|-:|-|')
    }
    lines.push(attackRow(result))
  }
  return lines
}

function attackRow(result: AttackResult): string {
  const { name, attacker, source } = result.attack
  const cells = [name, attacker, source, expectedAnswer(result)].map(escape)
  return `|${cells.join('|')}|${result.tests.length}|${signs[result.outcome]} ${result.outcome}|`
}

/** Test names hold every character that means something in Markdown, HTML or a table. */
function escape(text: string): string {
  return text
    .replace(/\p{Cc}/gu, '�')
    .replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
}
