import { describe, expect, it } from 'vitest'
import { readCommand } from './command.ts'

describe('the command line', () => {
  it.each([
    [[], { kind: 'run', once: false, json: false }],
    [['--once'], { kind: 'run', once: true, json: false }],
    [['--json', '--once'], { kind: 'run', once: true, json: true }],
    [['--help'], { kind: 'help' }],
  ])('understands %j', (args, command) => {
    expect(readCommand(args)).toEqual(command)
  })

  it.each([
    [['--onc'], '--onc'],
    [['once'], 'once'],
    [['--once=yes'], '--once'],
    [['--json'], '--json needs --once'],
  ])('says what is wrong with %j', (args, reason) => {
    expect(readCommand(args)).toEqual({ kind: 'wrong', reason: expect.stringContaining(reason) })
  })
})
