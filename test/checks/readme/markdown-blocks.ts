interface Block {
  readonly kind: 'code' | 'comment' | 'prose'
  /** Index of the block's first line: of code, the opening fence. */
  readonly start: number
  /** Of code what stands after the fence (`ts no-run`), of a comment what stands after its mark on the first line. */
  readonly info: string
  /** Indexes of the lines between the first and the last. */
  readonly inner: readonly number[]
}

/** Splits markdown into fenced code, HTML comments that have lines of their own, and single lines of all else. */
export function markdownBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = []
  for (let index = 0; index < lines.length; index++) {
    const line = (lines[index] ?? '').trim()
    const [, fence, info = ''] = /^(`{3,}|~{3,})([^`]*)$/.exec(line) ?? []
    if (line === '') continue
    const kind = fence !== undefined ? 'code' : line.startsWith('<!--') ? 'comment' : 'prose'
    const start = index
    const isLast = (text: string) =>
      fence !== undefined ? text.startsWith(fence) && /^(`+|~+)$/.test(text) : text.endsWith('-->')
    if (kind === 'code' || (kind === 'comment' && !isLast(line))) {
      do {
        if (++index >= lines.length) throw new Error(`line ${start + 1}: is not closed`)
      } while (!isLast((lines[index] ?? '').trim()))
    }
    const inner = Array.from({ length: Math.max(0, index - start - 1) }, (_, offset) => start + 1 + offset)
    blocks.push({
      kind,
      start,
      info: fence === undefined ? line.replace(/^<!--|-->$/g, '').trim() : info.trim(),
      inner,
    })
  }
  return blocks
}
