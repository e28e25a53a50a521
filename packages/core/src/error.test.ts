import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { AccessTokenError, type AccessTokenErrorCode, detailOf, errorCodes } from './error.ts'

const codes = Object.keys(errorCodes) as AccessTokenErrorCode[]

describe('AccessTokenError', () => {
  it.each(codes)('is, for %s, what the table of codes says', (code) => {
    const error = new AccessTokenError(code)
    const { status, error: rfcError, description } = errorCodes[code]
    expect(error).toMatchObject({ name: 'AccessTokenError', code, status, statusCode: status, error: rfcError })
    expect(error.message).toBe(description)
    expect(error.retryAfterSeconds).toBe(status === 503 ? 5 : undefined)
  })

  it('CHAL-6: has no stack, and leaves those of other errors as they are', () => {
    const limit = Error.stackTraceLimit
    const error = new AccessTokenError('token_malformed')
    expect(error.stack).not.toContain('error.test.ts')
    expect(Error.stackTraceLimit).toBe(limit)
    expect(new Error('other').stack).toContain('error.test.ts')
  })

  it('LOG-1: shows nothing of its detail, however it is printed', () => {
    const planted = { reason: 'planted-reason', expected: 'planted-expected', received: 'planted-received' }
    const error = new AccessTokenError('issuer_refused', planted)
    const prints = [
      inspect(error, { depth: 9, showHidden: true }),
      String(error),
      JSON.stringify(error),
      JSON.stringify(Object.getOwnPropertyDescriptors(error)),
      error.stack ?? '',
    ]
    for (const print of prints) expect(print).not.toContain('planted')
    expect(detailOf(error)).toEqual(planted)
    expect(detailOf(new AccessTokenError('issuer_refused'))).toBeUndefined()
  })

  it('has the cause of a fault, and no member cause otherwise', () => {
    const cause = new Error('down')
    expect(new AccessTokenError('keys_unavailable', { cause }).cause).toBe(cause)
    expect('cause' in new AccessTokenError('keys_unavailable')).toBe(false)
  })
})

describe('what an event says of a received value', () => {
  const received = (text: string) => detailOf(new AccessTokenError('issuer_refused', { received: text }))?.received

  it('LOG-3: has no control characters, line ends or characters that change the direction', () => {
    expect(received('a\r\nb')).toBe('a\\u000d\\u000ab')
    expect(received('\u001b[31mred\u001b[0m')).toBe('\\u001b[31mred\\u001b[0m')
    expect(received('\u0000\u0007\u0008\u007f\u0085\u009b')).toBe('\\u0000\\u0007\\u0008\\u007f\\u0085\\u009b')
    expect(received('\u2028\u2029\u202e\u2066\ufeff\u200b')).toBe('\\u2028\\u2029\\u202e\\u2066\\ufeff\\u200b')
    expect(received('ü😀')).toBe('\\u00fc\\ud83d\\ude00')
    for (let code = 0; code < 0x10000; code++) {
      if (code !== 0x2026) expect(received(String.fromCharCode(code))).toMatch(/^[\x20-\x7e]*$/)
    }
  })

  it('LOG-3: is as it came where nothing needs an escape', () => {
    expect(received('https://as.example/?a="b"')).toBe('https://as.example/?a="b"')
  })

  it('is short', () => {
    expect(received('x'.repeat(256))).toBe('x'.repeat(256))
    expect(received('x'.repeat(100_000))).toBe(`${'x'.repeat(256)}…`)
    expect(received('\n'.repeat(100_000))?.length).toBeLessThan(2000)
  })
})
