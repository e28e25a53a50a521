import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AccessTokenError } from '../error.ts'
import { audience } from '../mint.test.support.ts'
import { readAudience } from './audience.ts'
import { mintWith, verdictOn, verifierWith } from './verdict.test.support.ts'

const ours: ReadonlySet<string> = new Set([audience])

function isAccepted(aud: unknown, accepted: ReadonlySet<string> | undefined): boolean {
  try {
    readAudience({ aud }, accepted)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(AccessTokenError)
    return false
  }
}

describe('the audience', () => {
  it.each([
    `${audience}/`,
    `${audience}#`,
    `${audience}?`,
    ` ${audience}`,
    `${audience} `,
    `${audience}\0`,
    `${audience}\n`,
    `${audience},x`,
    `${audience} x`,
    `${audience}.evil.example`,
    audience.slice(0, -1),
    audience.slice(8),
    audience.toUpperCase(),
    audience.replace('https', 'HTTPS'),
    audience.replace('https', 'http'),
    audience.replace('a', '\u0430'),
    audience.replace('e', 'e\u0301'),
    `["${audience}"]`,
    '*',
    '',
  ])('CLAIM-2: is ours code point for code point, unlike %j', async (aud) => {
    expect(await verdictOn({ aud })).toBe('audience_refused')
    expect(await verdictOn({ aud: [aud, `x${aud}`] })).toBe('audience_refused')
    expect(await verdictOn({ aud: [aud, audience] })).toBe('accepted')
  })

  it.each([
    [[]],
    [[[]]],
    [[[audience]]],
    [[audience, [audience]]],
    [[audience, null]],
    [[audience, 7]],
    [[audience, {}]],
    [[audience, true]],
    [{ [audience]: true }],
    [{ length: 1, 0: audience }],
    [null],
    [true],
    [0],
  ])('CLAIM-2: is a string or an array of strings, unlike %j', async (aud) => {
    expect(await verdictOn({ aud })).toBe('audience_refused')
  })

  it('CLAIM-2: is refused where an empty array might stand for everybody, or for nobody', async () => {
    expect(await verdictOn({ aud: [] })).toBe('audience_refused')
    expect(await verdictOn({ aud: undefined })).toBe('claim_missing')
  })

  it('CLAIM-2: is accepted when one of several is one of ours', async () => {
    const options = { audience: [audience, 'urn:second'] }
    expect(await verdictOn({ aud: 'urn:second' }, options)).toBe('accepted')
    expect(await verdictOn({ aud: ['x', 'urn:second', 'y'] }, options)).toBe('accepted')
    expect(await verdictOn({ aud: [`${audience} urn:second`] }, options)).toBe('audience_refused')
  })

  it('CLAIM-2: is accepted exactly when it contains ours', () => {
    const value = fc.oneof(
      fc.constantFrom(audience, `${audience}/`, '', 'x'),
      fc.string(),
      fc.integer(),
      fc.constant(null),
    )
    fc.assert(
      fc.property(fc.oneof(value, fc.array(value, { maxLength: 4 })), (aud) => {
        const list: unknown[] = Array.isArray(aud) ? aud : [aud]
        expect(isAccepted(aud, ours)).toBe(list.every((item) => typeof item === 'string') && list.includes(audience))
        expect(isAccepted(aud, undefined)).toBe(list.every((item) => typeof item === 'string'))
      }),
      { numRuns: 2000 },
    )
  })

  it('is given as an array', async () => {
    const verifier = verifierWith()
    expect((await verifier.verify(await mintWith({ aud: audience }))).audience).toEqual([audience])
    expect((await verifier.verify(await mintWith({ aud: ['x', audience] }))).audience).toEqual(['x', audience])
    const any = verifierWith({ audience: undefined, allowAnyAudience: true } as never)
    expect((await any.verify(await mintWith({ aud: 'x' }))).audience).toEqual(['x'])
    expect((await any.verify(await mintWith({ aud: undefined }))).audience).toEqual([])
  })
})
