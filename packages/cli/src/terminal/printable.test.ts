import { describe, expect, it } from 'vitest'
import { guarded, printable, printableJson } from './printable.ts'

const hostile: readonly (readonly [string, string, string])[] = [
  ['an escape sequence', 'a\u001b[2Jb', 'a\\u001b[2Jb'],
  ['a title of the window', '\u001b]0;owned\u0007', '\\u001b]0;owned\\u0007'],
  ['an escape sequence of one character', '\u009b31m', '\\u009b31m'],
  ['line breaks', 'a\r\nb\u2028c', 'a\\r\\nb\\u2028c'],
  ['a backspace', 'good\b\b\b\bbad', 'good\\u0008\\u0008\\u0008\\u0008bad'],
  ['text turned round', 'user\u202enimda', 'user\\u202enimda'],
  ['invisible characters', 'ad\u200bmin\u2066\ufeff', 'ad\\u200bmin\\u2066\\ufeff'],
  ['tags beyond the basic plane', 'a\u{e0061}', 'a\\udb40\\udc61'],
  ['half a character', 'a\ud800b', 'a\\ud800b'],
  ['a null and a delete', '\0\u007f', '\\u0000\\u007f'],
]

describe('text of others', () => {
  it.each(hostile)('LOG-3: shows %s as an escape', (_, text, shown) => {
    expect(printable(text)).toBe(shown)
    expect(guarded(text).replaceAll('\n', '\\n')).toBe(shown)
  })

  it('stays as it is where it prints, in every script', () => {
    for (const text of ['plain ~!"\'\\', 'Zoë Ångström', '日本語', 'עברית', '🔑', 'x̂'])
      expect(printable(text)).toBe(text)
  })

  it.each(hostile)('LOG-3: in JSON, %s is escaped and keeps its value', (_, text) => {
    const json = printableJson({ [text]: [text] })
    expect(json).toMatch(/^[\x20-\x7e\n]*$/)
    expect(JSON.parse(json)).toEqual({ [text]: [text] })
  })

  it('LOG-3: even what was never made printable reaches a terminal without commands other than colours', () => {
    expect(guarded('\u001b[1mtitle\u001b[22m\n\u001b[2J\u001b[1;1H')).toBe(
      '\u001b[1mtitle\u001b[22m\n\\u001b[2J\\u001b[1;1H',
    )
  })
})
