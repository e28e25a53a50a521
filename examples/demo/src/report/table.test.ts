import { describe, expect, it } from 'vitest'
import type { Row } from '../requests/row.ts'
import { type Paint, plain } from './paint.ts'
import { renderMismatches, renderSummary, renderTable } from './table.ts'

const expired = { status: 401, code: 'token_expired', challenge: 'Bearer error="invalid_token"' }

const good: Row = {
  app: 'Express',
  group: 'Wrong tokens',
  case: 'expired',
  expected: expired,
  got: expired,
  ok: true,
  milliseconds: 1.24,
}
const bad: Row = { ...good, app: 'Koa', got: { status: 200, subject: 'client-rs256' }, ok: false, milliseconds: 1234.5 }

const named: Paint = (style, text) => `<${String(style)}>${text}</>`

describe('the table', () => {
  it('has a line for each case, and a cell for each app', () => {
    const other = { ...good, case: 'RS256', group: 'Good tokens', expected: { status: 200 }, got: { status: 200 } }
    expect(renderTable([good, bad, other, { ...other, app: 'Koa' }], plain).split('\n')).toEqual([
      '         expected          Express ms Koa     ms',
      'Wrong tokens',
      ' expired 401 token_expired ✓ 401  1.2 ✗ 200 1235',
      'Good tokens',
      ' RS256   200               ✓ 200  1.2 ✓ 200  1.2',
      '',
    ])
  })

  it('shows good answers in green and bad ones in red', () => {
    const table = renderTable([good, bad], named)
    expect(table).toContain('<green>✓ 401</>')
    expect(table).toContain('<red>✗ 200</>')
  })

  it('says in full what is not as expected, and only that', () => {
    expect(renderMismatches([good, bad], plain)).toBe(
      [
        '✗ Koa: expired',
        '    expected 401, code: token_expired, challenge: Bearer error="invalid_token"',
        '    got      200, subject: client-rs256',
        '',
      ].join('\n'),
    )
    expect(renderMismatches([good], plain)).toBe('')
  })

  it('counts, green only when all answers are as expected', () => {
    expect(renderSummary([good, good], named)).toBe('<green>2 of 2 answers as expected</>\n')
    expect(renderSummary([good, bad], named)).toBe('<red>1 of 2 answers as expected</>\n')
    expect(renderSummary([], named)).toBe('<red>0 of 0 answers as expected</>\n')
  })
})
