import { describe, expect, it } from 'vitest'
import { coloured, paintFor, plain } from './paint.ts'

const terminal = { isTTY: true, hasColors: () => true }

describe('colours', () => {
  it('are for a terminal that has them', () => {
    expect(paintFor(terminal, {})('green', 'text')).toBe('\u001b[32mtext\u001b[39m')
    expect(paintFor(terminal, { NO_COLOR: '' })).toBe(coloured)
  })

  it.each([
    ['NO_COLOR is set', terminal, { NO_COLOR: '1' }],
    ['the terminal has none', { isTTY: true, hasColors: () => false }, {}],
    ['it is no terminal', { isTTY: false, hasColors: () => true }, {}],
  ])('are left out where %s', (_, stream, env) => {
    expect(paintFor(stream, env)).toBe(plain)
    expect(plain('green', 'text')).toBe('text')
  })
})
