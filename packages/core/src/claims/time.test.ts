import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { VerifierOptions } from '../index.ts'
import { codeOf, type Members } from '../mint.test.support.ts'
import { baseOptions, mintText, mintWith, verdictOn, verifierWith } from './verdict.test.support.ts'

/** 2026-11-25, in seconds since the epoch. */
const now = 1_795_564_800

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 }))
afterEach(() => void vi.useRealTimers())

const setClock = (seconds: number) => vi.setSystemTime(seconds * 1000)

/** The verdict when the clock shows a time: on a new token, and on one that was accepted before. */
async function verdictAt(seconds: number, claims: Members, options: Partial<VerifierOptions> = {}): Promise<string> {
  const verifier = verifierWith(options)
  const token = await mintWith(claims)
  setClock(now)
  const first = await codeOf(verifier.verify(token))
  setClock(seconds)
  const fresh = await codeOf(verifierWith(options).verify(token))
  if (first === 'accepted') expect(await codeOf(verifier.verify(token))).toBe(fresh)
  setClock(now)
  return fresh
}

const valuesThatAreNoDate: unknown[] = [
  null,
  '',
  `${now + 60}`,
  true,
  [],
  [now + 60],
  {},
  -1,
  -0.5,
  253_402_300_800,
  1e18,
]

describe('exp', () => {
  it('CLAIM-3: ends the token at exp and the tolerance, to the millisecond, remembered or not', async () => {
    const exp = now + 100
    for (const [tolerance, options] of [
      [30, {}],
      [0, { clockToleranceSeconds: 0 }],
      [300, { clockToleranceSeconds: 300 }],
      [0.5, { clockToleranceSeconds: 0.5 }],
    ] as const) {
      expect(await verdictAt(exp + tolerance - 0.001, { exp }, options)).toBe('accepted')
      expect(await verdictAt(exp + tolerance, { exp }, options)).toBe('token_expired')
      expect(await verdictAt(exp + tolerance + 1000, { exp }, options)).toBe('token_expired')
    }
  })

  it.each(valuesThatAreNoDate)('CLAIM-3: is a number of seconds, unlike %j', async (exp) => {
    expect(await verdictOn({ exp })).toBe('claim_invalid')
  })

  it('CLAIM-3: may have fractions', async () => {
    expect(await verdictAt(now, { exp: now - 29.5 })).toBe('accepted')
    expect(await verdictAt(now, { exp: now - 30.5 })).toBe('token_expired')
  })

  it.each([
    ['1e999', 'claim_invalid'],
    ['-1e999', 'claim_invalid'],
    ['1e309', 'claim_invalid'],
    ['253402300800', 'claim_invalid'],
    ['253402300799.5', 'claim_invalid'],
    ['1795564900000', 'claim_invalid'],
    ['253402300799', 'accepted'],
    ['2.5e11', 'accepted'],
    ['-0', 'token_expired'],
    ['0', 'token_expired'],
    ['1e-9', 'token_expired'],
  ])('CLAIM-3: of %s leads to %s', async (exp, verdict) => {
    const { iss, aud } = { iss: baseOptions.issuer, aud: baseOptions.audience }
    const claims = JSON.stringify({ iss, aud, exp: 0 }).replace('"exp":0', `"exp":${exp}`)
    expect(await codeOf(verifierWith().verify(mintText(claims)))).toBe(verdict)
  })

  it('CLAIM-3: is the last of two, as JSON.parse has it', async () => {
    const claims = JSON.stringify({ iss: baseOptions.issuer, aud: baseOptions.audience })
    const twice = (first: number, second: number) => mintText(claims.replace('{', `{"exp":${first},"exp":${second},`))
    expect(await codeOf(verifierWith().verify(twice(1, now + 60)))).toBe('accepted')
    expect(await codeOf(verifierWith().verify(twice(now + 60, 1)))).toBe('token_expired')
  })

  it('CLAIM-3: is required', async () => {
    expect(await verdictOn({ exp: undefined })).toBe('claim_missing')
    expect(await verdictOn({ exp: undefined, iat: now, expires_in: 60 })).toBe('claim_missing')
  })
})

describe.each(['nbf', 'iat'])('%s', (name) => {
  it('CLAIM-4: holds the token back until it and less the tolerance, to the millisecond', async () => {
    for (const tolerance of [0, 30, 300]) {
      const options = { clockToleranceSeconds: tolerance }
      const claims = { iat: undefined, [name]: now + 1000, exp: now + 5000 }
      expect(await verdictAt(now + 1000 - tolerance - 0.001, claims, options)).toBe('token_not_yet_valid')
      expect(await verdictAt(now + 1000 - tolerance, claims, options)).toBe('accepted')
    }
  })

  it('CLAIM-4: holds a remembered token back when the clock was put back', async () => {
    const verifier = verifierWith()
    const token = await mintWith({ [name]: now })
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    setClock(now - 60)
    expect(await codeOf(verifier.verify(token))).toBe('token_not_yet_valid')
    setClock(now)
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
  })

  it.each(valuesThatAreNoDate)('CLAIM-4: is a number of seconds, unlike %j', async (value) => {
    expect(await verdictOn({ [name]: value })).toBe('claim_invalid')
  })

  it('CLAIM-4: may be absent, zero, or past', async () => {
    for (const value of [undefined, 0, now - 1_000_000]) expect(await verdictOn({ [name]: value })).toBe('accepted')
  })
})

describe('maxTokenAgeSeconds', () => {
  const options = { maxTokenAgeSeconds: 600 }

  it('CLAIM-5: ends a token that long after iat and the tolerance, remembered or not', async () => {
    const claims = { iat: now, exp: now + 86_400 }
    expect(await verdictAt(now + 629.999, claims, options)).toBe('accepted')
    expect(await verdictAt(now + 630, claims, options)).toBe('token_expired')
    expect(await verdictAt(now + 86_000, claims)).toBe('accepted')
  })

  it('CLAIM-5: does not make exp later', async () => {
    expect(await verdictAt(now + 130, { iat: now, exp: now + 100 }, options)).toBe('token_expired')
  })

  it('CLAIM-5: needs iat', async () => {
    expect(await verdictOn({ iat: undefined }, options)).toBe('claim_missing')
    expect(await verdictOn({ iat: 0 }, options)).toBe('token_expired')
    expect(await verdictOn({ iat: null }, options)).toBe('claim_invalid')
  })
})
