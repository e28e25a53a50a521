import { median } from '../../statistics.ts'
import { type Cell, layOut, type TextStyle } from '../../report/text.ts'
import { type ContenderName, contenderOf } from '../contenders/index.ts'
import type { ContenderReport, JwksBenchReport, TargetReport } from '../results.ts'
import { headings, type Row, rows } from './rows.ts'

/** The whole report for people. */
export function formatReport(report: JwksBenchReport, style: TextStyle): string {
  const { machine, durationSeconds, contenders } = report
  return [
    style.faint(`Node ${machine.node}, ${machine.cores} x ${machine.cpu}; ${Math.round(durationSeconds)} s`),
    ...(report.targets.length === 0 ? [] : [formatTable(contenders, style), formatTargets(report, style)]),
    ...(report.costs.length === 0 ? [] : [formatCosts(report, style)]),
  ].join('\n\n')
}

/** A column for each contender; `!` marks what misses its target. */
function formatTable(contenders: readonly ContenderReport[], style: TextStyle): string {
  const shown = rows.filter(({ scenario }) =>
    contenders.some(({ results, faults }) => results[scenario] !== undefined || faults[scenario] !== undefined),
  )
  const body = shown.flatMap((row, index) => {
    const cells: readonly Cell[] = [
      { text: `  ${row.title}` },
      ...contenders.map((contender) => cellOf(row, contender, style)),
    ]
    const isFirst = shown[index - 1]?.scenario !== row.scenario
    return isFirst ? [[{ text: headings[row.scenario], paint: style.strong }], cells] : [cells]
  })
  const notes = contenders.flatMap(({ title, setup }) => (setup === undefined ? [] : [`  ${title}: ${setup}.`]))
  return [layOut([...headOf(contenders, style), ...body]), ...notes.map(style.faint)].join('\n')
}

/** Names from the top, versions in the last line. */
function headOf(contenders: readonly ContenderReport[], style: TextStyle): Cell[][] {
  const names = contenders.map(({ name, version }) => [...contenderOf(name).heading, version ?? ''])
  const height = Math.max(...names.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) => [
    { text: '' },
    ...names.map((lines, column) => ({
      text: lines[line - height + lines.length] ?? '',
      align: 'right' as const,
      paint: contenders[column]?.role === 'sallyport' ? style.strong : style.faint,
    })),
  ])
}

function cellOf(row: Row, { results, faults }: ContenderReport, style: TextStyle): Cell {
  const align = 'right'
  if (faults[row.scenario] !== undefined) return { text: 'no end !', align, paint: style.bad }
  const figure = row.figure(results)
  if (figure === undefined) return { text: '-', align, paint: style.faint }
  return figure.misses ? { text: `${figure.text} !`, align, paint: style.bad } : { text: `${figure.text}  `, align }
}

function formatTargets({ targets, contenders }: JwksBenchReport, style: TextStyle): string {
  const own = contenders.filter(({ role }) => role === 'sallyport')
  const peers = contenders.filter(({ role }) => role === 'peer')
  const head = ['target', '', ...own.map(({ title }) => title), '', 'peers that meet it']
  const lines = targets.map((target): readonly Cell[] => {
    const verdicts = own.map(({ name }) => verdictOn(target, name))
    return [
      { text: target.name },
      { text: target.target, paint: style.faint },
      ...verdicts.map((verdict) => ({ text: verdict?.measured ?? '-' })),
      markOf(verdicts.every((verdict) => verdict?.met === true) ? 'met' : 'missed', style),
      { text: `${peers.filter(({ name }) => verdictOn(target, name)?.met).length} of ${peers.length}` },
    ]
  })
  const best = contenders.filter(({ name }) => targets.every((target) => verdictOn(target, name)?.met === true))
  const names = best.map(({ title }) => title).join(', ')
  const table = layOut([head.map((text) => ({ text, paint: style.faint })), ...lines])
  return `${table}\n  All ${targets.length} of these: ${names === '' ? 'nobody' : names}.`
}

function formatCosts({ costs, lookUp, memory }: JwksBenchReport, style: TextStyle): string {
  const lines = costs.map(({ name, target, measured, met }): readonly Cell[] => [
    { text: name },
    { text: target, paint: style.faint },
    { text: measured },
    markOf(met ? 'met' : 'missed', style),
  ])
  const notes: string[] = []
  if (lookUp !== undefined) {
    const [own, joses] = [lookUp.getKey, lookUp.joseGetKey].map((values) => (median(values) / 1000).toFixed(2))
    notes.push(`  As the function that jose awaits: ${own} µs; jose's own remote set: ${joses} µs.`)
  }
  if (memory !== undefined) {
    const afterwards = (memory.bytesAfterwards / 1e6).toFixed(2)
    notes.push(`  3 s after the last unknown id: ${afterwards} MB; ${memory.fetches} fetches in all.`)
  }
  return [layOut(lines), ...notes.map(style.faint)].join('\n')
}

function verdictOn(target: TargetReport, contender: ContenderName) {
  return target.verdicts.find((verdict) => verdict.contender === contender)
}

function markOf(verdict: 'met' | 'missed', style: TextStyle): Cell {
  return verdict === 'met' ? { text: 'met', paint: style.good } : { text: 'MISSED', paint: style.bad }
}
