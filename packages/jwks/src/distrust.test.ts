import { describe, expect, it } from 'vitest'
import { distrustedKeys, distrustKey } from './distrust.ts'

const thumbprint = (index: number) => `x${index}`.padEnd(43, '-')

describe('distrustKey', () => {
  it('KEYS-10: says whether the key was trusted until now, and ages what was indexed before', () => {
    const { epoch } = distrustedKeys
    expect(distrustKey(thumbprint(0), 'thumbprint')).toBe(true)
    expect(distrustKey(thumbprint(0), 'thumbprint')).toBe(false)
    expect(distrustedKeys.thumbprints.has(thumbprint(0))).toBe(true)
    expect(distrustedKeys.epoch).toBe(epoch + 1)
  })

  it.each([undefined, '', 'x'.repeat(42), 'x'.repeat(44), `${'x'.repeat(42)}=`, 'a kid', 42])(
    'KEYS-10: refuses %j, which is no thumbprint, instead of distrusting nothing',
    (value) => {
      expect(() => distrustKey(value, 'thumbprint')).toThrow('takes an RFC 7638 SHA-256 thumbprint')
    },
  )

  it('DOS-2: takes 1,000 thumbprints, and forgets none of them for another', () => {
    for (let index = 0; index < 1_000; index++) distrustKey(thumbprint(index), 'thumbprint')
    expect(() => distrustKey(thumbprint(1_000), 'thumbprint')).toThrow('at most 1000 thumbprints')
    expect(distrustedKeys.thumbprints.size).toBe(1_000)
    expect(distrustedKeys.thumbprints.has(thumbprint(0))).toBe(true)
  })
})
