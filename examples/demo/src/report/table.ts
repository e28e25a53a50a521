import type { Answer } from '../requests/answer.ts'
import type { Row } from '../requests/row.ts'
import type { Paint } from './paint.ts'

const cellWidth = 10

/** A line for each case, with a cell for each app: what it answered, and in how many milliseconds. Fits 80 columns. */
export function renderTable(rows: readonly Row[], paint: Paint): string {
  const apps = unique(rows.map(({ app }) => app))
  const titleWidth = widest(rows.map((row) => row.case))
  const expectedWidth = widest(rows.map(({ expected }) => summaryOf(expected)))

  const heading = [' '.repeat(titleWidth), 'expected'.padEnd(expectedWidth), ...apps.map(headingCell)].join(' ')
  const lines = [paint('bold', ` ${heading}`)]
  for (const group of unique(rows.map((row) => row.group))) {
    lines.push(paint('cyan', group))
    const inGroup = rows.filter((row) => row.group === group)
    for (const title of unique(inGroup.map((row) => row.case))) {
      const ofCase = inGroup.filter((row) => row.case === title)
      const expected = unique(ofCase.map((row) => summaryOf(row.expected))).join(', ')
      const cells = ofCase.map((row) => renderCell(row, paint))
      lines.push(` ${[title.padEnd(titleWidth), paint('dim', expected.padEnd(expectedWidth)), ...cells].join(' ')}`)
    }
  }
  return `${lines.join('\n')}\n`
}

/** How to read the table. */
export const tableNotes = `✓ means that status, error code and challenge are as expected.
Times are in milliseconds; the first request waits for the issuer's
metadata and keys, which all apps share.
`

/** In full, what was expected and what came, of the rows that are not as expected. */
export function renderMismatches(rows: readonly Row[], paint: Paint): string {
  return rows
    .filter(({ ok }) => !ok)
    .map(({ app, case: title, expected, got }) => {
      const heading = paint('red', `✗ ${app}: ${title}`)
      return `${heading}\n    expected ${detailsOf(expected)}\n    got      ${detailsOf(got)}\n`
    })
    .join('')
}

/** Every row counts: there is no other way to a green line. */
export function renderSummary(rows: readonly Row[], paint: Paint): string {
  const right = rows.filter(({ ok }) => ok).length
  const isGreen = right === rows.length && right > 0
  return `${paint(isGreen ? 'green' : 'red', `${right} of ${rows.length} answers as expected`)}\n`
}

function headingCell(app: string): string {
  return `${app.padEnd(cellWidth - 3)} ms`
}

function renderCell({ ok, got, milliseconds }: Row, paint: Paint): string {
  const verdict = ok ? paint('green', `✓ ${got.status}`) : paint('red', `✗ ${got.status}`)
  const space = cellWidth - `✓ ${got.status}`.length
  return `${verdict}${milliseconds.toFixed(milliseconds < 100 ? 1 : 0).padStart(space)}`
}

function summaryOf({ status, code }: Answer): string {
  return code === undefined ? String(status) : `${status} ${code}`
}

function detailsOf({ status, ...rest }: Answer): string {
  return [status, ...Object.entries(rest).map(([name, value]) => `${name}: ${value}`)].join(', ')
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(({ length }) => length))
}
