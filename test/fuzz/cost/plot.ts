import type { AttackCosts } from './measure.ts'

const columns = 5
const panel = { width: 230, height: 132 }
const margin = { left: 44, right: 12, top: 26, bottom: 22 }
const plot = { width: panel.width - margin.left - margin.right, height: panel.height - margin.top - margin.bottom }
const head = 54

/** One panel an attack, cost against size, both linear: what grows faster than its size bends upwards. */
export function plotCosts(all: readonly AttackCosts[], isFlagged: (costs: AttackCosts) => boolean): string {
  const rows = Math.ceil(all.length / columns)
  const [width, height] = [columns * panel.width, head + rows * panel.height]
  const panels = all.map((costs, index) => {
    const [x, y] = [(index % columns) * panel.width, head + Math.floor(index / columns) * panel.height]
    return `<g transform="translate(${x} ${y})">${drawPanel(costs, isFlagged(costs))}</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="24" font-size="16" font-weight="600" fill="#111">What refusing costs: main-thread time against size of the input</text>`,
    `<text x="12" y="42" font-size="11" fill="#555">Best of many runs. Dashed: accepting an honest token of the same size and kind. Red: dearer than that for each key tried.</text>`,
    ...panels,
    '</svg>',
    '',
  ].join('\n')
}

function drawPanel({ attack, costs, worst }: AttackCosts, isFlagged: boolean): string {
  const most = Math.max(...costs.flatMap(({ microseconds, honest }) => [microseconds, honest])) * 1.1
  const largest = costs.at(-1)!.bytes
  const x = (bytes: number) => round(margin.left + (bytes / largest) * plot.width)
  const y = (microseconds: number) => round(margin.top + plot.height - (microseconds / most) * plot.height)
  const colour = isFlagged ? '#c5221f' : '#1a56b0'
  const bottom = margin.top + plot.height
  return [
    `<text x="${margin.left}" y="14" font-size="10" font-weight="600" fill="#111">${escape(attack.name)}</text>`,
    `<path d="M${margin.left} ${margin.top}V${bottom}H${margin.left + plot.width}" fill="none" stroke="#999"/>`,
    drawLine(
      costs.map((cost) => [x(cost.bytes), y(cost.honest)]),
      'stroke="#777" stroke-dasharray="4 3"',
    ),
    drawLine(
      costs.map((cost) => [x(cost.bytes), y(cost.microseconds)]),
      `stroke="${colour}" stroke-width="1.5"`,
    ),
    ...costs.map((cost) => `<circle cx="${x(cost.bytes)}" cy="${y(cost.microseconds)}" r="2" fill="${colour}"/>`),
    `<text x="${margin.left - 4}" y="${Math.min(y(worst.microseconds) + 3, bottom - 8)}" font-size="9" text-anchor="end" fill="${colour}">${describe(worst.microseconds)}</text>`,
    `<text x="${margin.left - 4}" y="${bottom + 3}" font-size="9" text-anchor="end" fill="#555">0</text>`,
    `<text x="${margin.left + plot.width}" y="${bottom + 12}" font-size="9" text-anchor="end" fill="#555">${(largest / 1024).toFixed(1)} kB</text>`,
  ].join('')
}

function drawLine(points: readonly (readonly [number, number])[], style: string): string {
  return `<polyline points="${points.map((point) => point.join(',')).join(' ')}" fill="none" ${style}/>`
}

function describe(microseconds: number): string {
  return microseconds < 10 ? `${microseconds.toFixed(1)} µs` : `${Math.round(microseconds)} µs`
}

const round = (value: number) => Math.round(value * 10) / 10

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
