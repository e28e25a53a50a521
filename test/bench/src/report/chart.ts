import type { BenchReport, CaseResult, MeasuredResult } from '../results.ts'
import { quietShare } from '../targets.ts'
import { formatRatio } from './figures.ts'

const panelWidth = 560
const labelWidth = 240
const barHeight = 16
const barGap = 6
const titleHeight = 34
const panelGap = 28
const margin = 24
const columns = 2
/** In units of the shortest of its panel; longer ones are cut, and say so. */
const longestBar = 30

const fills = { sallyport: '#1f7a4d', bound: '#8a94a3', peer: '#c9a15a' } as const

/** The report as a picture for documentation: a panel for each case, a bar for each contender. */
export function drawChart({ cases, machine, startedAt }: BenchReport): string {
  const isBusy = cases.some(({ processorShare }) => processorShare < quietShare)
  const note = isBusy ? ' The machine was busy: not for publication.' : ''
  const panels = cases.filter((one) => measured(one).length > 0)
  const heights = panels.map((one) => titleHeight + measured(one).length * (barHeight + barGap))
  const tops = Array.from({ length: columns }, () => margin + 30)
  const drawn = panels.map((panel, index) => {
    // Into the column that is shortest, so that both end at about the same height.
    const column = tops.indexOf(Math.min(...tops))
    const top = tops[column] ?? margin
    tops[column] = top + (heights[index] ?? 0) + panelGap
    return drawPanel(panel, margin + column * (panelWidth + panelGap), top)
  })
  const width = margin * 2 + panelWidth * columns + panelGap * (columns - 1)
  const height = Math.max(...tops) + margin
  const caption = `Sallyport benchmark, Node ${machine.node}, ${machine.cores} x ${machine.cpu}, ${startedAt.slice(0, 10)}. Medians.${note}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(caption)}" font-family="system-ui, sans-serif" font-size="13" fill="#1c2430">`,
    `<rect width="100%" height="100%" rx="8" fill="#ffffff"/>`,
    `<text x="${margin}" y="${margin + 8}" fill="#56606e">${escape(caption)}</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}

function drawPanel(panel: CaseResult, left: number, top: number): string {
  const contenders = measured(panel)
  const ratios = contenders.map(({ ratio }) => ratio.median)
  // One that is a hundred times slower would leave nothing to see of the others.
  const largest = Math.min(Math.max(...ratios), Math.min(...ratios) * longestBar)
  const scale = (panelWidth - labelWidth - 70) / largest
  const meaning =
    panel.unit === 'requests/s'
      ? `throughput, ${panel.reference} = 1, longer is better`
      : `time, ${panel.reference} = 1, shorter is better`
  const bars = contenders.map(({ name, role, ratio }, index) => {
    const y = top + titleHeight + index * (barHeight + barGap)
    const isCut = ratio.median > largest
    const length = Math.max(1, Math.min(ratio.median, largest) * scale)
    const weight = role === 'sallyport' ? ' font-weight="600"' : ''
    return [
      `<text x="${left + labelWidth - 8}" y="${y + 13}" text-anchor="end"${weight}>${escape(name)}</text>`,
      `<rect x="${left + labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2" fill="${fills[role]}"/>`,
      `<text x="${(left + labelWidth + length + 6).toFixed(1)}" y="${y + 13}"${weight}>${isCut ? '» ' : ''}${formatRatio(ratio.median)}</text>`,
    ].join('')
  })
  return [
    `<text x="${left}" y="${top + 10}" font-weight="600">${escape(`${panel.section}: ${panel.name}`)}</text>`,
    `<text x="${left}" y="${top + 26}" font-size="11" fill="#56606e">${escape(meaning)}</text>`,
    ...bars,
  ].join('\n')
}

function measured({ contenders }: CaseResult): readonly MeasuredResult[] {
  return contenders.filter((one) => one.status === 'measured')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
