import { describe, expect, it } from 'vitest'
import { coloured, paintFor, plain } from './paint.ts'

const terminal = { isTTY: true, hasColors: () => true }
const pipe = { isTTY: false }

describe('colours', () => {
  it.each([
    ['a terminal', terminal, {}],
    ['NO_COLOR is empty', terminal, { NO_COLOR: '' }],
    ['FORCE_COLOR is set for a pipe', pipe, { FORCE_COLOR: '1' }],
    ['FORCE_COLOR is empty', pipe, { FORCE_COLOR: '' }],
  ])('are shown where it is %s', (_, stream, env) => {
    expect(paintFor(stream, env)).toBe(coloured)
    expect(coloured('good', 'text')).toBe('\u001b[32mtext\u001b[39m')
  })

  it.each([
    ['it is no terminal', pipe, {}],
    ['NO_COLOR is set', terminal, { NO_COLOR: '1' }],
    ['NO_COLOR and FORCE_COLOR are set', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }],
    ['FORCE_COLOR is 0', terminal, { FORCE_COLOR: '0' }],
    ['the terminal has none', { isTTY: true, hasColors: () => false }, {}],
    ['the terminal is dumb', terminal, { TERM: 'dumb' }],
  ])('are left out where %s', (_, stream, env) => {
    expect(paintFor(stream, env)).toBe(plain)
    expect(plain('good', 'text')).toBe('text')
  })
})
