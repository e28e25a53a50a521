import { describe, expect, it } from 'vitest'
import { judge } from './judgement.ts'
import { later, now } from './requirement.ts'
import { readRun } from './results.ts'
import { bySection } from './sections.ts'

const requirements = [
  now('A-1', ['RFC 7515 §4.1.11', 'own rule'], 'First'),
  now('A-2', ['RFC 7515 §4.1.2'], 'Second'),
  now('A-3', ['RFC 6750 §2'], 'Third'),
  now('A-4', ['own rule'], 'Fourth'),
  later('it does not exist')('A-5', ['CVE-2020-1'], 'Fifth'),
]

/** What Vitest's JSON reporter writes, as far as it matters. */
function reportOf(...tests: readonly (readonly [title: string, status: string, suite?: string])[]): string {
  const assertionResults = tests.map(([title, status, suite]) => ({
    ancestorTitles: suite === undefined ? [] : [suite],
    title,
    status,
    failureMessages: [],
  }))
  return JSON.stringify({ testResults: [{ name: '/repository/a.test.ts', status: 'passed', assertionResults }] })
}

const judged = (text: string) => judge(requirements, readRun(text, '/repository'))
const outcomes = (text: string) =>
  Object.fromEntries(judged(text).requirements.map((one) => [one.requirement.id, one.outcome]))

describe('a run of the tests', () => {
  it('proves what tests cite that ran and passed, in their own title or in that of a suite', () => {
    const text = reportOf(['A-1, A-2: does', 'passed'], ['does too', 'passed', 'A-3: a suite'])
    expect(outcomes(text)).toEqual({
      'A-1': 'passed',
      'A-2': 'passed',
      'A-3': 'passed',
      'A-4': 'missing',
      'A-5': 'later',
    })
  })

  it('proves nothing by a test that failed, was skipped, or is still to be written', () => {
    const failed = reportOf(['A-1: does', 'passed'], ['A-1: does not', 'failed'], ['A-2: waits', 'skipped'])
    expect(outcomes(failed)).toMatchObject({ 'A-1': 'failed', 'A-2': 'skipped' })
    for (const status of ['pending', 'todo', 'disabled']) {
      expect(outcomes(reportOf(['A-1: does', 'passed'], ['A-1: waits', status]))).toMatchObject({ 'A-1': 'skipped' })
    }
  })

  it('proves nothing by an id that stands elsewhere than at the start', () => {
    expect(outcomes(reportOf(['does (A-1)', 'passed'], ['A-10: does', 'passed']))).toMatchObject({ 'A-1': 'missing' })
  })

  it('is not good with a requirement without proof, an unknown id, another failure, or a file that does not load', () => {
    const text = reportOf(
      ['A-1, A-2, A-3: do', 'passed'],
      ['A-4: does not', 'failed'],
      ['B-1: does', 'passed'],
      ['x', 'failed'],
    )
    expect(judged(text).problems).toEqual([
      'A-4: a test of it failed',
      'B-1: there is no such requirement (a.test.ts, "B-1: does")',
      'a test failed that cites no requirement (a.test.ts, "x")',
    ])
    const broken = JSON.stringify({
      testResults: [{ name: '/repository/b.test.ts', status: 'failed', assertionResults: [] }],
    })
    expect(judged(broken).problems).toContain('b.test.ts could not be loaded')
    expect(judged(broken).problems).toContain('A-1: no test cites it')
  })

  it('is good when every requirement that can be tested is proven', () => {
    expect(judged(reportOf(['A-1, A-2, A-3, A-4: do', 'passed'])).problems).toEqual([])
  })

  it('is read from a report only', () => {
    expect(() => readRun('{}', '/')).toThrow('no report')
    expect(() => readRun('null', '/')).toThrow('no report')
  })
})

describe('the matrix', () => {
  it('goes through the standards and their sections in the order of their numbers, own rules last', () => {
    const sections = bySection(judged(reportOf()).requirements)
    expect(sections.map(({ standard, section }) => `${standard} ${section}`.trim())).toEqual([
      'RFC 6750 §2',
      'RFC 7515 §4.1.2',
      'RFC 7515 §4.1.11',
      'CVE-2020-1',
      'own rule',
    ])
    expect(sections.at(-1)!.requirements.map(({ requirement }) => requirement.id)).toEqual(['A-1', 'A-4'])
  })
})
