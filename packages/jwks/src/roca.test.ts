import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hasRocaMark } from './roca.ts'

describe('the mark of ROCA', () => {
  it('JOSE-11: is on a modulus that is a power of 65537 modulo every small prime', () => {
    // No factor is needed for the mark: any such number has it.
    expect(hasRocaMark(Buffer.from(`0${(65_537n ** 128n).toString(16)}`, 'hex'))).toBe(true)
    expect(hasRocaMark(Buffer.from('0001', 'hex'))).toBe(true)
  })

  it('JOSE-11: is on no modulus of a sound generator', () => {
    for (let made = 0; made < 2; made++) {
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      expect(hasRocaMark(Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'))).toBe(false)
    }
  })
})
