import type { Row } from './rows.ts'

/** The table for a terminal. */
export function renderText(names: readonly string[], rows: readonly Row[]): string {
  return align([['', ...names], ...rows.map(({ title, cells }) => [title, ...cells])], '  ')
}

/** The table for a document. */
export function renderMarkdown(names: readonly string[], rows: readonly Row[]): string {
  const cells = [['', ...names], ...rows.map(({ title, cells: found }) => [title, ...found])]
  const widths = widthsOf(cells)
  const lines = cells.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
  const rule = `| ${widths.map((width) => '-'.repeat(Math.max(width, 3))).join(' | ')} |`
  return [lines[0], rule, ...lines.slice(1), ''].join('\n')
}

function align(cells: readonly (readonly string[])[], gap: string): string {
  const widths = widthsOf(cells)
  return cells
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join(gap)
          .trimEnd()}\n`,
    )
    .join('')
}

function widthsOf(cells: readonly (readonly string[])[]): number[] {
  return (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => (line[column] ?? '').length)))
}
