import { describe, expect, it } from 'vitest'
import type { BenchReport, ContenderResult } from '../results.ts'
import { summarize } from '../statistics.ts'
import { judge } from '../targets.ts'
import { drawChart } from './chart.ts'
import { formatReport } from './table.ts'
import { colours, noColours } from './text.ts'

function measured(name: string, role: ContenderResult['role'], ratio: number): ContenderResult {
  const value = summarize([ratio * 20])
  const figures = { value, ratio: summarize([ratio]), atBest: { value: ratio * 20, ratio, timeRatio: ratio } }
  return { name, role, version: role === 'peer' ? '1.2.3' : undefined, status: 'measured', ...figures }
}

const contenders: readonly ContenderResult[] = [
  measured('raw', 'bound', 1),
  measured('sallyport', 'sallyport', 1.2),
  measured('a & <b>', 'peer', 500),
  { name: 'careless', role: 'peer', version: '2.0.0', status: 'failed', faults: ['accepts a token with expired'] },
  { name: 'narrow', role: 'peer', version: '3.0.0', status: 'unsupported' },
]

function makeReport(processorShare: number): BenchReport {
  const common = { section: 'cold', name: 'RS256', description: 'distinct', reference: 'raw' } as const
  const cases = [{ ...common, unit: 'µs/token' as const, processorShare, contenders }]
  return {
    machine: { node: '20.19.0', openssl: '3.0.0', cpu: 'Some CPU', cores: 2 },
    effort: 'default',
    startedAt: '2026-11-25T12:00:00.000Z',
    durationSeconds: 7,
    cases,
    memory: [],
    profiles: [{ name: 'cold RS256', microseconds: 20, stages: [{ stage: 'signature', share: 0.75 }] }],
    targets: judge(cases, []),
  }
}

describe('the table', () => {
  const text = formatReport(makeReport(1), noColours)

  it('has the figures, the version and the verdict of each contender', () => {
    expect(text).toMatch(/raw +20\.0 +20\.0 to 20\.0 +1\.00/)
    expect(text).toMatch(/a & <b> 1\.2\.3 .* 500/)
    expect(text).toMatch(/sallyport .* 1\.20 .*<= 1\.05x raw MISSED/)
    expect(text).toMatch(/targets: \d of \d missed/)
  })

  it('says what a contender failed by, and which one does not have the algorithm', () => {
    expect(text).toMatch(/careless 2\.0\.0 .*FAILED ITS CHECK: accepts a token with expired/)
    expect(text).toMatch(/narrow 3\.0\.0 +-$/m)
  })

  it('shows shares of a profile with their time', () => {
    expect(text).toMatch(/signature +75\.0 % +15\.00 µs +█+/)
  })

  it('warns when the machine was busy, and only then', () => {
    expect(text).not.toContain('busy')
    expect(formatReport(makeReport(0.4), noColours)).toContain('raw had a processor for 40.0 % of its time')
  })

  it('is coloured only when asked for', () => {
    expect(text).not.toContain('\u001B')
    expect(formatReport(makeReport(1), colours)).toContain('\u001B[')
  })
})

describe('the chart', () => {
  const svg = drawChart(makeReport(1))

  it('has a bar for each contender that was measured, and none for others', () => {
    expect(svg.match(/<rect x=/g)).toHaveLength(3)
    expect(svg).not.toContain('careless')
  })

  it('says when it is of a busy machine, and only then', () => {
    expect(svg).not.toContain('busy')
    expect(drawChart(makeReport(0.4))).toContain('busy')
  })

  it('escapes names', () => {
    expect(svg).toContain('a &amp; &lt;b&gt;')
    expect(svg).not.toContain('<b>')
  })

  it('cuts a bar that would leave nothing to see of the others, and says so', () => {
    expect(svg).toContain('» 500')
    for (const [, width] of svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)"/g)) {
      expect(Number(width)).toBeLessThan(560)
      expect(Number(width)).toBeGreaterThan(5)
    }
  })
})
