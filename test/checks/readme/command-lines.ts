import { markdownBlocks } from './markdown-blocks.ts'

/** Shell lines of a README, and what it says that they print. */
export interface CommandLines {
  /** Of the opening fence, counted from 1. */
  readonly line: number
  readonly text: string
  /** Of the `text` block right behind them. */
  readonly output: string | undefined
}

/** The `sh` blocks that run a command of ours; those that install something are left out. */
export function readmeCommandLines(markdown: string, command: string): CommandLines[] {
  const lines = markdown.split(/\r?\n/)
  const blocks = markdownBlocks(lines)
  const textOf = (inner: readonly number[]) => inner.map((index) => lines[index] ?? '').join('\n')
  return blocks.flatMap(({ kind, start, info, inner }, index) => {
    const text = textOf(inner)
    if (kind !== 'code' || info !== 'sh' || !new RegExp(`^(.*\\| *)?${command} `, 'm').test(text)) return []
    const next = blocks[index + 1]
    const output = next?.kind === 'code' && next.info === 'text' ? textOf(next.inner) : undefined
    return [{ line: start + 1, text, output }]
  })
}

/** What is printed, less what is another each time: names of keys and tokens, numbers and times, and where lines break. */
export function comparable(output: string): string {
  return output
    .replaceAll(/[\w-]{22,}/g, 'ID')
    .replaceAll(/\d+/g, '0')
    .replaceAll(/\b0 (s|min|h|days)\b|\bnow\b/g, 'TIME')
    .replaceAll(/\bin TIME\b|\bTIME ago\b/g, 'TIME')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
