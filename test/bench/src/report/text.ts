/** Aligned columns, and colour where it is wanted. */
export interface TextStyle {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
}

const painted =
  (code: number) =>
  (text: string): string =>
    `\u001B[${code}m${text}\u001B[0m`

const plain = (text: string): string => text

export const colours: TextStyle = { good: painted(32), bad: painted(31), strong: painted(1), faint: painted(2) }
export const noColours: TextStyle = { good: plain, bad: plain, strong: plain, faint: plain }

/** A cell, and how it is painted once its width is settled. */
export interface Cell {
  readonly text: string
  readonly align?: 'left' | 'right'
  readonly paint?: ((text: string) => string) | undefined
}

/** Lines of a table; without rules or a frame, so that it can be copied. */
export function layOut(rows: readonly (readonly Cell[])[], indent = '  '): string {
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.text.length ?? 0)),
  )
  const lines = rows.map((row) => {
    const cells = row.map(({ text, align = 'left', paint = plain }, column) => {
      const width = widths[column] ?? 0
      return paint(align === 'left' ? text.padEnd(width) : text.padStart(width))
    })
    return `${indent}${cells.join('  ')}`.trimEnd()
  })
  return lines.join('\n')
}
