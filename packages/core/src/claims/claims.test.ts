import { describe, expect, it } from 'vitest'
import { codeOf, type Members } from '../mint.test.support.ts'
import { mintText, mintWith, verdictOn, verifierWith } from './verdict.test.support.ts'

const wrongStrings: unknown[] = [null, 0, 7, true, false, [], ['x'], {}]

describe('the types of claims', () => {
  it.each(['sub', 'jti', 'client_id'])('CLAIM-6: %s is a string where it is present', async (name) => {
    for (const value of wrongStrings) expect(await verdictOn({ [name]: value })).toBe('claim_invalid')
    for (const value of ['', 'x', 'ü😀', undefined]) expect(await verdictOn({ [name]: value })).toBe('accepted')
  })

  it('CLAIM-6: iss is a string', async () => {
    for (const iss of wrongStrings) expect(await verdictOn({ iss })).toBe('claim_invalid')
    expect(await verdictOn({ iss: undefined })).toBe('claim_missing')
  })

  it('CLAIM-6: scope has its type also where scopes are read from another claim', async () => {
    for (const scope of [7, null, {}, ['a', 1]]) {
      expect(await verdictOn({ scope }, { scopeClaims: ['permissions'] })).toBe('claim_invalid')
    }
    expect(await verdictOn({ scope: 'a b' }, { scopeClaims: ['permissions'] })).toBe('accepted')
  })

  it('CLAIM-6: other claims may be anything', async () => {
    for (const value of [...wrongStrings, { a: { b: [1] } }])
      expect(await verdictOn({ custom: value })).toBe('accepted')
  })
})

describe('the profile rfc9068', () => {
  const required = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']
  const options = { profile: 'rfc9068' } as const

  it.each(required)('CLAIM-6: needs %s', async (name) => {
    expect(await verdictOn({}, options)).toBe('accepted')
    expect(await verdictOn({ [name]: undefined }, options)).toBe('claim_missing')
  })

  it.each(['sub', 'client_id', 'iat', 'jti'])('CLAIM-6: takes no null for %s', async (name) => {
    expect(await verdictOn({ [name]: null }, options)).toBe('claim_invalid')
  })

  it('CLAIM-6: needs what the other profile does without', async () => {
    for (const name of ['sub', 'client_id', 'iat', 'jti'])
      expect(await verdictOn({ [name]: undefined })).toBe('accepted')
  })
})

describe('required claims', () => {
  it('are present as own members, whatever their value', async () => {
    const options = { requiredClaims: ['tenant'] }
    for (const tenant of ['acme', '', null, 0, false]) expect(await verdictOn({ tenant }, options)).toBe('accepted')
    expect(await verdictOn({}, options)).toBe('claim_missing')
    for (const name of ['constructor', 'toString', '__proto__']) {
      expect(await verdictOn({}, { requiredClaims: [name] })).toBe('claim_missing')
    }
  })

  it('are found under any name that JSON can have', async () => {
    const claims = JSON.stringify({ iss: 'https://as.example', aud: 'https://api.example', exp: 2e11 })
    const token = mintText(claims.replace('{', '{"__proto__":"x",'))
    expect(await codeOf(verifierWith({ requiredClaims: ['__proto__'] }).verify(token))).toBe('accepted')
  })
})

describe('claim predicates', () => {
  const verdictBy = (accepts: (value: unknown, claims: Members) => unknown, claims: Members = { tenant: 'acme' }) =>
    verdictOn(claims, { claimPredicates: { tenant: accepts as never } })

  it('accept by true alone', async () => {
    expect(await verdictBy(() => true)).toBe('accepted')
    for (const answer of [false, 1, 'true', {}, [], undefined, null, Promise.resolve(true)]) {
      expect(await verdictBy(() => answer)).toBe('claim_invalid')
    }
  })

  it('get the value and all claims, frozen', async () => {
    const seen: unknown[] = []
    await verdictBy((value, claims) => {
      seen.push(value, claims['sub'])
      expect(() => Object.assign(claims, { sub: 'admin' })).toThrow(TypeError)
      return true
    })
    expect(seen).toEqual(['acme', 'user-1'])
  })

  it('are not asked for a claim that is missing, or inherited', async () => {
    expect(await verdictBy(() => true, {})).toBe('claim_missing')
    expect(await verdictOn({}, { claimPredicates: { toString: () => true } })).toBe('claim_missing')
  })

  it('are asked only about tokens that passed everything before', async () => {
    let asked = 0
    const verifier = verifierWith({ claimPredicates: { sub: () => ++asked > 0 } })
    for (const claims of [{ exp: 1 }, { aud: 'x' }, { iss: 'x' }, { at_hash: 'x' }, { scope: 7 }]) {
      await codeOf(verifier.verify(await mintWith(claims)))
    }
    const token = await mintWith({})
    await codeOf(verifier.verify(`${token.slice(0, -8)}AAAAAAAA`))
    expect(asked).toBe(0)
    await verifier.verify(token)
    expect(asked).toBe(1)
  })
})
