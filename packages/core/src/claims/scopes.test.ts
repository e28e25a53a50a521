import { describe, expect, it } from 'vitest'
import type { VerifierOptions } from '../index.ts'
import type { Members } from '../mint.test.support.ts'
import { mintWith, verdictOn, verifierWith } from './verdict.test.support.ts'

async function scopesOf(claims: Members, options: Partial<VerifierOptions> = {}): Promise<readonly string[]> {
  return (await verifierWith(options).verify(await mintWith({ scope: undefined, ...claims }))).scopes
}

describe('scopes', () => {
  it.each<[Members, string[]]>([
    [{ scope: 'a' }, ['a']],
    [{ scope: 'a b' }, ['a', 'b']],
    [{ scope: 'b a' }, ['b', 'a']],
    [{ scope: '' }, []],
    [{ scope: 'a a' }, ['a', 'a']],
    [{ scope: ' a  b ' }, ['a', 'b']],
    [{ scope: 'a\tb' }, ['a\tb']],
    [{ scope: 'a,b' }, ['a,b']],
    [{ scope: 'a\u00a0b' }, ['a\u00a0b']],
    [{ scope: 'reports:read https://x.example/all' }, ['reports:read', 'https://x.example/all']],
    [{ scope: [] }, []],
    [{ scope: ['a', 'b'] }, ['a', 'b']],
    [{ scp: 'a b' }, ['a', 'b']],
    [{ scp: ['a', 'b'] }, ['a', 'b']],
    [{ scope: 'a b', scp: ['b', 'c'] }, ['a', 'b', 'c']],
    [{ scope: '', scp: 'a' }, ['a']],
    [{}, []],
  ])('POLICY-2: of %j are %j', async (claims, scopes) => {
    expect(await scopesOf(claims)).toEqual(scopes)
  })

  it.each([
    { scope: 7 },
    { scope: null },
    { scope: true },
    { scope: {} },
    { scope: ['a', 7] },
    { scope: ['a', null] },
    { scope: ['a', ['b']] },
    { scope: ['a b'] },
    { scp: ['a', ' '] },
    { scp: 0 },
    { scope: 'a', scp: false },
  ])('POLICY-2: that are neither text nor an array of single scopes are refused: %j', async (claims) => {
    expect(await verdictOn({ scope: undefined, ...claims })).toBe('claim_invalid')
  })

  it('POLICY-2: match whole and by case', async () => {
    const auth = await verifierWith().verify(await mintWith({ scope: 'reports:read' }))
    expect(auth.hasScope('reports:read')).toBe(true)
    for (const scope of ['reports', 'Reports:read', 'reports:rea', 'reports:read ', '', 'reports:read reports:read']) {
      expect(auth.hasScope(scope)).toBe(false)
    }
    expect(auth.hasScope(['reports:read'] as never)).toBe(false)
  })

  it('POLICY-2: of a granted text are single scopes only', async () => {
    const auth = await verifierWith().verify(await mintWith({ scope: 'a b' }))
    expect(auth.hasScope('a b')).toBe(false)
  })

  it('are read from the claims that are named, own ones only', async () => {
    const claims = { scope: 'a', scp: 'b', permissions: ['c'], toString: 'd' }
    expect(await scopesOf(claims, { scopeClaims: ['permissions'] })).toEqual(['c'])
    expect(await scopesOf(claims, { scopeClaims: ['permissions', 'scope'] })).toEqual(['c', 'a'])
    expect(await scopesOf({}, { scopeClaims: ['toString', 'constructor', '__proto__'] })).toEqual([])
    expect(await scopesOf(claims, { scopeClaims: [] })).toEqual([])
  })
})
