import type { Block, Mark, Page } from '../terminal/index.ts'
import type { Finding } from './finding.ts'
import type { Examination } from './section.ts'

const kinds = { 'authorization-server': 'Authorization server', api: 'API' } as const

const verdicts = { ok: 'good', warning: 'doubtful', problem: 'bad', note: 'note' } as const

/** An examination for people. */
export function examinationPage(url: URL, { kind, sections }: Examination): Page {
  const blocks = sections
    .filter(({ findings }) => findings.length > 0)
    .map(({ title, findings }): Block => ({ kind: 'marks', title, marks: findings.map(markOf) }))
  const findings = sections.flatMap((section) => section.findings)
  const [problems, warnings] = [countOf(findings, 'problem'), countOf(findings, 'warning')]
  const tone = problems > 0 ? 'bad' : warnings > 0 ? 'doubtful' : 'good'
  return [
    { kind: 'title', text: kinds[kind], aside: url.href },
    ...blocks,
    {
      kind: 'text',
      text: `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}, ${countOf(findings, 'ok')} good`,
      tone,
    },
  ]
}

function markOf({ level, message, advice }: Finding): Mark {
  return { verdict: verdicts[level], text: message, advice }
}

export function countOf(findings: readonly Finding[], level: Finding['level']): number {
  return findings.filter((finding) => finding.level === level).length
}

function counted(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`
}
