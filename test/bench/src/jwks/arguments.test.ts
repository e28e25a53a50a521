import { describe, expect, it } from 'vitest'
import { parseArguments, UsageError } from './arguments.ts'

describe('parseArguments', () => {
  it('takes everything without an argument, and otherwise the parts in their order', () => {
    expect(parseArguments([])).toEqual({
      parts: ['herd', 'burst', 'flood', 'rotation', 'outage', 'costs'],
      output: 'table',
    })
    expect(parseArguments(['costs', '--json', 'burst'])).toEqual({ parts: ['burst', 'costs'], output: 'json' })
  })

  it('explains itself, and refuses what it does not know', () => {
    expect(parseArguments(['herd', '-h'])).toBe('help')
    expect(() => parseArguments(['hord'])).toThrow(UsageError)
  })
})
