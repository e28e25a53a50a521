import { describe, expect, it } from 'vitest'
import { JwksUnavailableError } from './unavailable-error.ts'

describe('JwksUnavailableError', () => {
  it.each([
    [-5, 1],
    [0, 1],
    [1.2, 2],
    [15, 15],
  ])('KEYS-4: asks to retry after whole seconds, at least one: %d', (given, seconds) => {
    expect(new JwksUnavailableError('down', given).retryAfterSeconds).toBe(seconds)
  })

  it('is an instance of the class of another copy', () => {
    const other = Object.assign(new Error('down'), { code: 'jwks_unavailable' })
    expect(other).toBeInstanceOf(JwksUnavailableError)
    expect(new JwksUnavailableError('down', 1)).toBeInstanceOf(JwksUnavailableError)
    for (const value of [new Error('down'), { code: 'jwks_unavailable' }, undefined, 'jwks_unavailable']) {
      expect(value).not.toBeInstanceOf(JwksUnavailableError)
    }
  })
})
