import { createHmac, createSecretKey, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isPromise } from '../awaitable.ts'
import { makeKey, refusalOf } from '../mint.test.support.ts'
import { type VerificationKey, verifySignature } from './index.ts'

const input = 'header.payload'
const signers = Array.from({ length: 5 }, (_, index) => makeKey('ES256', `k${index}`))
const keys: VerificationKey[] = signers.map(({ kid, privateKey }) => ({ kid, key: privateKey, withdrawn: false }))

const signedBy = (index: number) => {
  const key = { key: signers[index]!.privateKey, dsaEncoding: 'ieee-p1363' } as const
  return { input, signature: sign('sha256', Buffer.from(input), key) }
}

describe.each(['main-thread', 'thread-pool'] as const)('a signature that is verified on the %s', (verifyOn) => {
  const verify = (candidates: readonly VerificationKey[], by: number) =>
    verifySignature(candidates, 'ES256', signedBy(by), verifyOn)

  it('JOSE-9: tells which of the keys has made it', async () => {
    for (const index of [0, 1, 2, 3]) expect(await verify(keys.slice(0, 4), index)).toBe(keys[index])
  })

  it('JOSE-9: is verified with one key at least, and with four at most', async () => {
    expect(await refusalOf(() => verify([], 0))).toEqual({
      code: 'key_unknown',
      reason: 'no key of the issuer suits the header',
    })
    expect(await refusalOf(() => verify(keys, 0))).toEqual({
      code: 'key_unknown',
      reason: 'more than 4 keys suit the header',
    })
  })

  it('JOSE-13: is never verified by a key that was withdrawn', async () => {
    const withdrawn = { ...keys[0]!, withdrawn: true }
    expect(await refusalOf(() => verify([withdrawn], 0))).toEqual({ code: 'signature_invalid' })
    expect(await refusalOf(() => verify([withdrawn, keys[1]!], 0))).toEqual({ code: 'signature_invalid' })
    expect(await verify([withdrawn, keys[1]!], 1)).toBe(keys[1])
  })

  it('JOSE-13: is not verified by a key that is withdrawn while another is tried', async () => {
    const late = { ...keys[1]!, withdrawn: false }
    const verdict = refusalOf(() => verify([keys[0]!, late], 1))
    late.withdrawn = true
    expect((await verdict).code).toBe(verifyOn === 'thread-pool' ? 'signature_invalid' : 'accepted')
  })
})

describe('a signature by a shared secret', () => {
  it('is verified at once, wherever others are', () => {
    const secret = { kid: undefined, key: createSecretKey(Buffer.alloc(32, 's')), withdrawn: false }
    const signature = createHmac('sha256', secret.key).update(input).digest()
    for (const verifyOn of ['auto', 'main-thread', 'thread-pool'] as const) {
      const key = verifySignature([secret], 'HS256', { input, signature }, verifyOn)
      expect(isPromise(key)).toBe(false)
      expect(key).toBe(secret)
    }
  })
})
