import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64Url } from './index.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** RFC 4648 §5 without padding, by hand: whole groups, then 2 or 3 characters whose unused bits are zero. */
const canonical = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/

describe('decodeBase64Url', () => {
  it('JOSE-2: gives the bytes of canonical text of any length', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = randomBytes(length)
      expect(decodeBase64Url(bytes.toString('base64url'))).toEqual(bytes)
    }
  })

  it('JOSE-2: refuses every character outside the alphabet, wherever it stands', () => {
    for (let code = 0; code < 0x3000; code++) {
      const character = String.fromCharCode(code)
      if (alphabet.includes(character)) continue
      for (const text of [`${character}AAA`, `A${character}AA`, `AAA${character}`, `AAAA${character}`]) {
        expect(decodeBase64Url(text), JSON.stringify(text)).toBeUndefined()
      }
    }
  })

  it('JOSE-2: refuses padding, right or wrong, and the alphabet of plain base64', () => {
    for (const text of ['AA==', 'AA=', 'AAA=', 'AAAA=', 'AAAA====', '=', '====', 'AA==AAAA', '-+AA', '_/AA', '+/+/']) {
      expect(decodeBase64Url(text), text).toBeUndefined()
    }
  })

  it('JOSE-2: refuses a length of 4n + 1', () => {
    for (let length = 1; length < 200; length += 4) expect(decodeBase64Url('A'.repeat(length))).toBeUndefined()
  })

  it('JOSE-2: refuses unused trailing bits that are not zero, so that each value has one text', () => {
    const accepted = (start: string) =>
      Array.from(alphabet).filter((last) => decodeBase64Url(start + last) !== undefined)
    expect(accepted('A').join('')).toBe('AQgw')
    expect(accepted('AA').join('')).toBe('AEIMQUYcgkosw048')
    expect(accepted('AAA')).toHaveLength(64)
  })

  it('JOSE-2: accepts exactly the canonical texts', () => {
    const unit = fc.constantFrom(...Array.from(`${alphabet}=+/ \n\t.~é\0`))
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        expect(decodeBase64Url(text) !== undefined).toBe(canonical.test(text))
      }),
      { numRuns: 5000 },
    )
  })
})
