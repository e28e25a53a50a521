import { describe, expect, it } from 'vitest'
import type { CaseResult, ContenderResult } from './results.ts'
import { summarize } from './statistics.ts'
import { judge } from './targets.ts'

function measured(name: string, role: ContenderResult['role'], time: number, best = time): ContenderResult {
  return {
    name,
    role,
    version: undefined,
    status: 'measured',
    value: summarize([time * 20]),
    ratio: summarize([time]),
    atBest: { value: best * 20, ratio: best, timeRatio: best },
  }
}

function coldCase(contenders: readonly ContenderResult[], processorShare = 1): CaseResult {
  const name = 'RS256'
  return { section: 'cold', name, description: '', unit: 'µs/token', reference: 'raw', processorShare, contenders }
}

const targetOf = (result: CaseResult, contender: string) =>
  judge([result], []).find((target) => target.contender === contender)

describe('judge', () => {
  it('says met up to the limit and missed beyond it', () => {
    expect(targetOf(coldCase([measured('sallyport', 'sallyport', 1.05)]), 'sallyport')).toMatchObject({ met: true })
    expect(targetOf(coldCase([measured('sallyport', 'sallyport', 1.06)]), 'sallyport')).toMatchObject({ met: false })
  })

  it('names the quickest peer, and never the bound', () => {
    const contenders = [
      measured('raw', 'bound', 1),
      measured('jose', 'peer', 4),
      measured('fast-jwt', 'peer', 1.15),
      measured('sallyport', 'sallyport', 1),
    ]
    expect(targetOf(coldCase(contenders), 'sallyport')?.bestPeer).toEqual({ name: 'fast-jwt', value: 1.15 })
  })

  it('goes by the undisturbed rounds when the machine was busy, and says so', () => {
    const contenders = [measured('sallyport', 'sallyport', 3, 1.01)]
    expect(targetOf(coldCase(contenders, 0.5), 'sallyport')).toMatchObject({ met: true, basis: 'at best' })
    expect(targetOf(coldCase(contenders, 0.95), 'sallyport')).toMatchObject({ met: false, basis: 'median' })
  })

  it('leaves a contender that failed its check unmet', () => {
    const failed = {
      name: 'sallyport',
      role: 'sallyport',
      version: undefined,
      status: 'failed',
      faults: ['x'],
    } as const
    expect(targetOf(coldCase([failed]), 'sallyport')).toMatchObject({ met: undefined, measured: undefined })
  })

  it('judges only what was measured', () => {
    expect(judge([], [])).toEqual([])
  })

  it('judges memory by its largest growth', () => {
    const memory = { name: 'valid', tokens: 3, tokenBytes: 9, boundBytes: 33_554_432, growthBytes: [1, 40_000_000, 2] }
    expect(judge([], [memory])).toMatchObject([{ section: 'memory', met: false, unit: 'MiB' }])
  })
})
