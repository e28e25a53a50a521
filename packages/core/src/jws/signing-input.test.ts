import { describe, expect, it } from 'vitest'
import { createVerifier } from '../index.ts'
import { audience, codeOf, goodClaims, issuer, makeKey, mint } from '../mint.test.support.ts'
import { encodeInput } from './signing-input.ts'

describe('the signing input', () => {
  it.each([0, 1, 1_000, 16_383, 16_384, 16_385, 100_000])('is encoded whole, with %i characters', (length) => {
    const input = 'eyJhbGciOiJFUzI1NiJ9.'.repeat(5_000).slice(0, length)
    expect(Buffer.from(encodeInput(input)).toString('latin1')).toBe(input)
  })

  it('has nothing of a longer one that came before', () => {
    encodeInput('x'.repeat(10_000))
    expect(Buffer.from(encodeInput('a.b')).toString('latin1')).toBe('a.b')
  })

  it('is signed to its end, also of a token that is longer than most', async () => {
    const key = makeKey('ES256')
    const jwks = { keys: [key.publicJwk] }
    const verifier = createVerifier({ issuer, audience, jwks, maxTokenBytes: 65_536, verifyOn: 'main-thread' })
    const [token, other] = await Promise.all(
      ['a', 'b'].map((end) => mint(key, goodClaims({ long: `${'x'.repeat(20_000)}${end}` }))),
    )
    expect(await codeOf(verifier.verify(token!))).toBe('accepted')
    const [header, payload] = token!.split('.')
    const spliced = `${header}.${payload}.${other!.split('.')[2]}`
    expect(await codeOf(verifier.verify(spliced))).toBe('signature_invalid')
  })
})
