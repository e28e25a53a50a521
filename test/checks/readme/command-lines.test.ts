import { describe, expect, it } from 'vitest'
import { comparable, readmeCommandLines } from './command-lines.ts'

describe('command lines in a README', () => {
  it('are those of its sh blocks that run the command, with what they print', () => {
    const markdown = [
      '```sh\nnpm install x\n```',
      '```sh\ntool a \\\n  --b\n```\n\n```text\nprinted\n\n  more\n```',
      '```sh\ncat x | tool c\n```\ntext\n```text\nnot of it\n```',
      '```text\ntool d\n```',
      '```sh\nother-tool e\n```',
    ].join('\n\n')
    expect(readmeCommandLines(markdown, 'tool')).toEqual([
      { line: 5, text: 'tool a \\\n  --b', output: 'printed\n\n  more' },
      { line: 16, text: 'cat x | tool c', output: undefined },
    ])
  })

  it('print the same, but for times, ids and where lines break', () => {
    const one = 'kid WwKo5G3JOY2eWbm_Iu7mY6jKS0BUAdex4H674y7Zdss\n  issued 2 s ago at 17:06:14, 476 bytes'
    const other = 'kid sgdOkhKMCBZYXOCvsVh3g8Oe5VsV4UPxKeHOHbLTXhU issued\n now at 01:02:03, 1234 bytes'
    expect(comparable(one)).toBe(comparable(other))
    expect(comparable(one)).not.toBe(comparable(`${other} and more`))
    expect(comparable('✓ good')).not.toBe(comparable('✗ good'))
  })
})
