import type {
  BenchReport,
  CaseResult,
  ContenderResult,
  MeasuredResult,
  MemoryResult,
  ProfileResult,
  TargetResult,
} from '../results.ts'
import { quietShare } from '../targets.ts'
import { formatFigure, formatRatio } from './figures.ts'
import { type Cell, layOut, type TextStyle } from './text.ts'

const mebibyte = 1_048_576
const barWidth = 40

/** The whole report for people. */
export function formatReport(report: BenchReport, style: TextStyle): string {
  const { machine, effort, durationSeconds } = report
  const blocks = [
    style.faint(
      `Node ${machine.node}, OpenSSL ${machine.openssl}, ${machine.cores} x ${machine.cpu}; ${effort} run, ${Math.round(durationSeconds)} s`,
    ),
    ...report.cases.map((one) => formatCase(one, report.targets, style)),
    ...(report.memory.length === 0 ? [] : [formatMemory(report.memory, report.targets, style)]),
    ...report.profiles.map((one) => formatProfile(one, style)),
    ...(report.targets.length === 0 ? [] : [formatTargets(report.targets, style)]),
  ]
  return blocks.join('\n\n')
}

function formatCase(result: CaseResult, targets: readonly TargetResult[], style: TextStyle): string {
  const { section, name, description, unit, reference, contenders, processorShare } = result
  const hasBusy = contenders.some((one) => one.status === 'measured' && one.busyRatio !== undefined)
  const best = bestPeerOf(result)
  const head = [
    { text: '' },
    right(unit),
    right('p25 to p75'),
    right(`x ${reference}`),
    right('at best'),
    ...(hasBusy ? [right('main thread')] : []),
    right('vs best peer'),
    { text: '' },
  ].map((cell) => ({ ...cell, paint: style.faint }))
  const rows = contenders.map((one): readonly Cell[] => {
    const own = targets.filter(
      (target) => target.section === section && target.case === name && target.contender === one.name,
    )
    const title: Cell = { text: titleOf(one), paint: one.role === 'sallyport' ? style.strong : undefined }
    if (one.status === 'unsupported') return [title, { ...right('-'), paint: style.faint }]
    if (one.status === 'failed')
      return [title, { text: `FAILED ITS CHECK: ${one.faults.join('; ')}`, paint: style.bad }]
    return [
      title,
      right(formatFigure(one.value.median)),
      right(`${formatFigure(one.value.p25)} to ${formatFigure(one.value.p75)}`),
      right(formatRatio(one.ratio.median)),
      { ...right(formatRatio(bestRatio(one, hasBusy))), paint: style.faint },
      ...(hasBusy ? [right(one.busyRatio?.median.toFixed(2) ?? '')] : []),
      right(best === undefined ? '' : `${formatRatio(advantage(one, best, unit))}x`),
      verdictCell(own, style),
    ]
  })
  const title = `${style.strong(`${section} ${name}`)}  ${style.faint(description)}`
  const note =
    processorShare >= quietShare
      ? []
      : [
          style.bad(
            `  The machine was busy (${reference} had a processor for ${percent(processorShare)} of its time): see "at best".`,
          ),
        ]
  return [title, layOut([head, ...alignFailures(rows)]), ...note].join('\n')
}

/** With threads the processors are no measure of the time. */
function bestRatio({ atBest }: MeasuredResult, hasThreads: boolean): number {
  return hasThreads ? atBest.timeRatio : atBest.ratio
}

/** What a contender failed by is longer than any figure, and must not push the columns apart. */
function alignFailures(rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
  return rows.map((row) => {
    const [title, second] = row
    if (row.length !== 2 || title === undefined || second === undefined || second.text === '-') return row
    const blanks = Array.from({ length: (rows.find((other) => other.length > 2)?.length ?? 3) - 2 }, () => ({
      text: '',
    }))
    return [title, ...blanks, second]
  })
}

function bestPeerOf({ contenders, unit }: CaseResult): MeasuredResult | undefined {
  const peers = contenders.filter((one): one is MeasuredResult => one.status === 'measured' && one.role === 'peer')
  return peers.toSorted((one, other) => advantage(other, one, unit) - advantage(one, other, unit)).at(0)
}

/** How many times quicker one is than the other. */
function advantage(one: MeasuredResult, other: MeasuredResult, unit: CaseResult['unit']): number {
  return unit === 'requests/s' ? one.value.median / other.value.median : other.value.median / one.value.median
}

function titleOf({ name, version }: ContenderResult): string {
  return version === undefined ? name : `${name} ${version}`
}

function verdictCell(own: readonly TargetResult[], style: TextStyle): Cell {
  const text = own.map(({ what, target, met }) => {
    const about = /time$|thread$/.test(what) ? ` (${what.split(', ').at(-1)})` : ''
    return `${target}${about} ${verdict(met)}`
  })
  const paint = own.some(({ met }) => met !== true) ? style.bad : style.good
  return own.length === 0 ? { text: '' } : { text: text.join(', '), paint }
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return 'not measured'
  return met ? 'met' : 'MISSED'
}

function formatMemory(results: readonly MemoryResult[], targets: readonly TargetResult[], style: TextStyle): string {
  const head = ['', 'tokens', 'bytes each', 'growth in MiB, along the way', 'bound', ''].map((text) => ({
    text,
    paint: style.faint,
  }))
  const rows = results.map(({ name, tokens, tokenBytes, growthBytes, boundBytes }) => [
    { text: name },
    right(tokens.toLocaleString('en')),
    right(tokenBytes.toLocaleString('en')),
    { text: growthBytes.map((bytes) => (bytes / mebibyte).toFixed(1)).join(' ') },
    right((boundBytes / mebibyte).toFixed(0)),
    verdictCell(
      targets.filter((target) => target.section === 'memory' && target.case === name),
      style,
    ),
  ])
  const title = `${style.strong('memory')}  ${style.faint('one verifier as it is shipped, HS256, after a full collection each time')}`
  return [title, layOut([head, ...rows])].join('\n')
}

function formatProfile({ name, microseconds, stages }: ProfileResult, style: TextStyle): string {
  const largest = Math.max(...stages.map(({ share }) => share))
  const rows = stages
    .filter(({ share }) => share >= 0.001)
    .map(({ stage, share }) => [
      { text: stage },
      right(percent(share)),
      right(`${(share * microseconds).toFixed(2)} µs`),
      { text: '█'.repeat(Math.max(1, Math.round((share / largest) * barWidth))), paint: style.good },
    ])
  const title = `${style.strong(`profile ${name}`)}  ${style.faint(`${microseconds.toFixed(2)} µs on the processors for a request`)}`
  return [title, layOut(rows)].join('\n')
}

function formatTargets(targets: readonly TargetResult[], style: TextStyle): string {
  const head = ['', '', 'target', 'measured', 'best peer', '', ''].map((text) => ({ text, paint: style.faint }))
  const rows = targets.map(
    ({ section, case: name, what, target, measured, unit, met, basis, bestPeer }): readonly Cell[] => [
      { text: `${section} ${name}` },
      { text: what },
      { text: target },
      right(measured === undefined ? '-' : `${measured.toFixed(2)} ${unit}`),
      { text: bestPeer === undefined ? '' : `${bestPeer.name} ${bestPeer.value.toFixed(2)}` },
      { text: verdict(met), paint: met === true ? style.good : style.bad },
      { text: basis === 'at best' ? 'at best' : '', paint: style.faint },
    ],
  )
  const missed = targets.filter(({ met }) => met !== true).length
  const title = style.strong(
    missed === 0 ? `targets: all ${targets.length} met` : `targets: ${missed} of ${targets.length} missed`,
  )
  return [title, layOut([head, ...rows])].join('\n')
}

function right(text: string): Cell {
  return { text, align: 'right' }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
