import { describe, expect, it } from 'vitest'
import { attackResults } from '../attack-results.ts'
import { judge } from '../judgement.ts'
import { later, now } from '../requirement.ts'
import { readRun } from '../results.ts'
import { formatHtml } from './html.ts'
import { formatMarkdown } from './markdown.ts'
import { makeReport } from './report.ts'
import { formatTable, plain } from './table.ts'

const hostile = 'refuses "<script>alert(1)</script>" | `x` \u001b[31m *y*'

const tests = [
  ['A-1: Express refuses an attack', 'passed'],
  ['A-1: createVerifier refuses an attack', 'passed'],
  [`A-2: ${hostile}`, 'failed'],
]
const text = JSON.stringify({
  testResults: [
    {
      name: '/repository/a.test.ts',
      status: 'failed',
      assertionResults: tests.map(([title, status]) => ({ ancestorTitles: [], title, status })),
    },
  ],
})
const requirements = [
  now('A-1', ['RFC 7515 §4'], 'Holds'),
  now('A-2', ['RFC 7515 §4', 'own rule'], 'Does not hold'),
  now('A-3', ['own rule'], 'Nobody looked'),
  later('it does not exist')('A-4', ['own rule'], 'Will hold'),
]
const run = readRun(text, '/repository')
const catalogue = {
  group: [
    {
      name: 'an attack',
      attacker: 'Attacks.',
      source: 'RFC 1',
      proves: ['A-1'],
      expected: [401, 'token_malformed'] as const,
      token: () => '',
    },
    { name: 'another', attacker: 'Attacks.', source: 'RFC 1', proves: [], expected: [200] as const, token: () => '' },
  ],
}
const report = makeReport(judge(requirements, run), attackResults(catalogue, ['Express'], run.tests), '2026-01-01 UTC')

describe('the table', () => {
  it('shows section, requirement, number of tests and result, then what is not good', () => {
    const lines = formatTable(report, plain)
      .split('\n')
      .map((line) => line.trim().replace(/ {2,}/g, '|'))
    expect(lines).toEqual([
      '',
      'RFC 7515',
      '§4|A-1|Holds|2 tests|passed',
      'A-2|Does not hold|1 test|failed',
      '',
      'own rule',
      'A-2|Does not hold|1 test|failed',
      'A-3|Nobody looked|missing',
      'A-4|Will hold|later',
      '',
      'Not good:',
      'A-2: a test of it failed',
      'A-3: no test cites it',
      '',
      '1 of 3 requirements proven by 3 tests, 1 failed, 0 not run, 1 without a test, 1 for later, 1 of 2 attacks answered right',
    ])
  })
})

describe('the page', () => {
  const page = formatHtml(report)

  it('shows every requirement, every test and every attack', () => {
    for (const id of ['A-1', 'A-2', 'A-3', 'A-4']) expect(page).toContain(`id="${id}"`)
    expect(page).toContain('A-1: Express refuses an attack')
    expect(page).toContain('<code>401 token_malformed</code>')
    expect(page).toContain('For later: it does not exist')
  })

  it('needs nothing but itself, and takes nothing from the names of tests but text', () => {
    expect(page).not.toMatch(/<script|<link|src=|https?:/)
    expect(page).not.toMatch(/[^\P{Cc}\n]/u)
    expect(page).toContain('&lt;script&gt;')
  })
})

describe('the Markdown', () => {
  const markdown = formatMarkdown(report)

  it('shows every requirement, every test and every attack', () => {
    for (const id of ['A-1', 'A-2', 'A-3', 'A-4']) expect(markdown).toContain(`<b>${id}</b>`)
    expect(markdown).toContain('|§4|A-1: Holds|2|✅ passed|')
    expect(markdown).toContain('|another|Attacks.|RFC 1|200|0|❓ missing|')
  })

  it('takes nothing from the names of tests but text', () => {
    expect(markdown).not.toContain('<script')
    expect(markdown).not.toContain('\u001b')
    expect(markdown).toContain('&lt;script&gt;alert(1)&lt;/script&gt;" \\| \\`x\\` �\\[31m \\*y\\*')
  })
})
