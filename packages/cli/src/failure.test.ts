import { describe, expect, it } from 'vitest'
import { unexpected } from './failure.ts'

describe('a bug', () => {
  it('LOG-1: is told without its message, which may hold a token, unless that is asked for', () => {
    const error = new TypeError('cannot read planted')
    expect(unexpected(error, false)).toContain('Something unexpected: TypeError.')
    expect(unexpected(error, false)).not.toContain('planted')
    expect(unexpected(error, true)).toContain('planted')
    expect(unexpected('planted', false)).not.toContain('planted')
    expect(unexpected(Object.assign(error, { code: 'EMFILE' }), false)).toContain('EMFILE')
  })
})
