import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CookieError } from './cookie-error.ts'
import { clearCookie, type CookieShape, setCookie } from './set-cookie.ts'

const shape: CookieShape = { name: '__Host-at', path: '/', sameSite: 'Lax', partitioned: false, readers: 'server' }

function codeOf(run: () => unknown): string {
  try {
    run()
    return 'set'
  } catch (error) {
    expect(error).toBeInstanceOf(CookieError)
    return (error as CookieError).code
  }
}

describe('a cookie that is set', () => {
  it('COOKIE-1: is Secure and HttpOnly, with Path=/ and SameSite', () => {
    expect(setCookie(shape, 'a.b.c', 300)).toBe('__Host-at=a.b.c; Path=/; Max-Age=300; Secure; HttpOnly; SameSite=Lax')
    expect(setCookie({ ...shape, sameSite: 'Strict' }, 'a')).toBe(
      '__Host-at=a; Path=/; Secure; HttpOnly; SameSite=Strict',
    )
  })

  it('is partitioned, or read by pages, only where that is asked for', () => {
    expect(setCookie({ ...shape, sameSite: 'None', partitioned: true }, 'a', 1)).toBe(
      '__Host-at=a; Path=/; Max-Age=1; Secure; HttpOnly; SameSite=None; Partitioned',
    )
    expect(setCookie({ ...shape, readers: 'pages' }, 'a', 1)).not.toContain('HttpOnly')
  })

  it('is taken away with the same attributes', () => {
    for (const partitioned of [true, false]) {
      const cleared = clearCookie({ ...shape, partitioned })
      expect(cleared).toBe(setCookie({ ...shape, partitioned }, 'x', 0).replace('=x;', '=;'))
    }
  })

  it('COOKIE-3: is an error over 4,096 bytes with name and attributes, never two cookies', () => {
    const rest = setCookie(shape, 'a', 300).length - 1
    expect(setCookie(shape, 'a'.repeat(4096 - rest), 300)).toHaveLength(4096)
    expect(codeOf(() => setCookie(shape, 'a'.repeat(4097 - rest), 300))).toBe('cookie_too_large')
    expect(codeOf(() => setCookie(shape, 'ä'.repeat(4096), 300))).toBe('cookie_too_large')
  })

  it.each(['', 'a b', 'a;b', 'a,b', 'a"b', '"a"', 'a\\b', 'a\r\nSet-Cookie: b=c', 'a\u0000', 'a\u007f', 'ä', ' a'])(
    'is an error with the value %j, which would be another cookie, or none',
    (value) => expect(codeOf(() => setCookie(shape, value, 300))).toBe('cookie_malformed'),
  )

  it('is one field that is read back as it was set, or an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        if (codeOf(() => setCookie(shape, value, 300)) !== 'set') return
        const [pair, ...attributes] = setCookie(shape, value, 300).split('; ')
        expect(pair).toBe(`__Host-at=${value}`)
        expect(attributes).toEqual(['Path=/', 'Max-Age=300', 'Secure', 'HttpOnly', 'SameSite=Lax'])
      }),
      { numRuns: 2000 },
    )
  })

  it('LOG-1: has its value in no error', () => {
    for (const value of ['planted value', 'planted'.repeat(1000)]) {
      let thrown: unknown
      try {
        setCookie(shape, value, 300)
      } catch (error) {
        thrown = error
      }
      expect(thrown).toBeInstanceOf(CookieError)
      expect(inspect(thrown, { showHidden: true })).not.toMatch(/planted[p ]/)
    }
  })
})
