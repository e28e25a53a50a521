import { median } from '../../statistics.ts'
import { type Cell, layOut, type TextStyle } from '../../report/text.ts'
import type { ContenderName } from '../contenders/index.ts'
import type { ContenderReport, JwksBenchReport, TargetReport } from '../results.ts'
import { columns, type Figure } from './columns.ts'

/** The whole report for people. */
export function formatReport(report: JwksBenchReport, style: TextStyle): string {
  const { machine, durationSeconds, contenders } = report
  return [
    style.faint(
      `Node ${machine.node}, ${machine.cores} x ${machine.cpu}; ${Math.round(durationSeconds)} s. ` +
        'Each contender in its own process, against its own JWKS endpoint on loopback; ! misses its target.',
    ),
    ...(report.targets.length === 0 ? [] : [formatTable(contenders, style), formatTargets(report, style)]),
    ...(report.costs.length === 0 ? [] : [formatCosts(report, style)]),
    formatNotes(contenders, style),
  ]
    .filter((block) => block !== '')
    .join('\n\n')
}

function formatTable(contenders: readonly ContenderReport[], style: TextStyle): string {
  const played = columns.filter(({ scenario }) => contenders.some(({ results }) => results[scenario] !== undefined))
  const groups = played.map(({ group }, index) => (played[index - 1]?.group === group ? '' : group))
  const head = (texts: readonly string[]): Cell[] => texts.map((text) => ({ text, paint: style.faint }))
  return layOut([
    head(['', ...groups]),
    head(['', ...played.map(({ title }) => title)]),
    ...contenders.map((contender) => [
      {
        text: [contender.title, contender.version].filter((part) => part !== undefined).join(' '),
        paint: contender.role === 'sallyport' ? style.strong : undefined,
      },
      ...played.map((column) => cellOf(contender.faults[column.scenario], column.figure(contender.results), style)),
    ]),
  ])
}

function cellOf(fault: string | undefined, figure: Figure | undefined, style: TextStyle): Cell {
  if (fault !== undefined) return { text: 'failed !', paint: style.bad }
  if (figure === undefined) return { text: '-', paint: style.faint }
  return figure.misses ? { text: `${figure.text} !`, paint: style.bad } : { text: figure.text }
}

function formatTargets({ targets, contenders }: JwksBenchReport, style: TextStyle): string {
  const sallyports = contenders.filter(({ role }) => role === 'sallyport')
  const rows = targets.flatMap((target) =>
    sallyports.map(({ name, title }, index): readonly Cell[] => {
      const verdict = verdictOn(target, name)
      return [
        { text: index === 0 ? target.name : '' },
        { text: index === 0 ? target.target : '', paint: style.faint },
        { text: title },
        { text: verdict?.measured ?? '-' },
        markOf(verdict?.met, style),
        { text: index === 0 ? peersThatMeet(target, contenders) : '', paint: style.faint },
      ]
    }),
  )
  const head = ['target', '', '', 'measured', '', 'peers that meet it'].map((text) => ({ text, paint: style.faint }))
  return `${layOut([head, ...rows])}\n\n  ${summaryOf({ targets, contenders })}`
}

function summaryOf({ targets, contenders }: Pick<JwksBenchReport, 'targets' | 'contenders'>): string {
  const best = contenders.filter(({ name }) => targets.every((target) => verdictOn(target, name)?.met === true))
  const names = best.map(({ title }) => title).join(', ')
  return `All ${targets.length} targets of this run are met by ${names === '' ? 'nobody' : names}.`
}

function formatCosts({ costs, lookUp, memory }: JwksBenchReport, style: TextStyle): string {
  const rows = costs.map(({ name, target, measured, met }): readonly Cell[] => [
    { text: name },
    { text: target, paint: style.faint },
    { text: measured },
    markOf(met, style),
  ])
  const lines = [layOut(rows)]
  if (lookUp !== undefined) {
    const [own, joses] = [lookUp.getKey, lookUp.joseGetKey].map((values) => `${(median(values) / 1000).toFixed(2)} µs`)
    lines.push(style.faint(`  As the function that jose calls, awaited: ${own}; jose's own remote set: ${joses}.`))
  }
  if (memory !== undefined) {
    const afterwards = (memory.bytesAfterwards / 1e6).toFixed(2)
    lines.push(style.faint(`  3 s after the last unknown id: ${afterwards} MB; ${memory.fetches} fetches in all.`))
  }
  return lines.join('\n')
}

function formatNotes(contenders: readonly ContenderReport[], style: TextStyle): string {
  const lines = contenders.flatMap(({ title, setup }) => (setup === undefined ? [] : [`  ${title}: ${setup}.`]))
  return style.faint(lines.join('\n'))
}

function verdictOn(target: TargetReport, contender: ContenderName) {
  return target.verdicts.find((verdict) => verdict.contender === contender)
}

function peersThatMeet(target: TargetReport, contenders: readonly ContenderReport[]): string {
  const peers = contenders.filter(({ role, name }) => role === 'peer' && verdictOn(target, name)?.met === true)
  return peers.length === 0 ? 'none' : peers.map(({ title }) => title).join('; ')
}

function markOf(met: boolean | undefined, style: TextStyle): Cell {
  if (met === undefined) return { text: '' }
  return met ? { text: 'met', paint: style.good } : { text: 'MISSED', paint: style.bad }
}
