import { describe, expect, it } from 'vitest'
import { createAuthentication } from '../authentication.ts'
import { ConfigurationError } from '../configuration-error.ts'
import { AccessTokenError } from '../error.ts'
import { anyScopePolicy, claimPolicy, type Policy, predicatePolicy, scopesPolicy } from './index.ts'

const claims = { realm_access: { roles: ['admin'] }, tenant: 'acme', 'https://x.example/level': 3, flag: null }
const authentication = createAuthentication({
  issuer: 'i',
  audience: [],
  scopes: ['reports:read', 'reports:write'],
  expiresAt: 0,
  signed: {},
  claims,
}) as never

async function codeOf(policy: Policy): Promise<string> {
  try {
    await policy.require(authentication, {})
    return 'met'
  } catch (error) {
    return error instanceof AccessTokenError ? error.code : String(error)
  }
}

describe('scopes', () => {
  it('POLICY-2: are matched whole and by case', async () => {
    expect(await codeOf(scopesPolicy(['reports:read', 'reports:write']))).toBe('met')
    for (const scope of ['reports', 'reports:rea', 'Reports:read', 'reports:read2']) {
      expect(await codeOf(scopesPolicy([scope]))).toBe('scope_insufficient')
    }
  })

  it('are needed all by one policy, and one of them by the other', async () => {
    expect(await codeOf(scopesPolicy(['reports:read', 'x']))).toBe('scope_insufficient')
    expect(await codeOf(anyScopePolicy(['reports:read', 'x']))).toBe('met')
    expect(await codeOf(anyScopePolicy(['y', 'x']))).toBe('scope_insufficient')
  })

  it('are one scope token each, or the application does not start', () => {
    for (const scopes of [[], ['a b'], [''], ['a"'], [7 as never], [['a'] as never]]) {
      expect(() => scopesPolicy(scopes)).toThrow(ConfigurationError)
      expect(() => anyScopePolicy(scopes)).toThrow(ConfigurationError)
    }
  })
})

describe('claims', () => {
  it('are present, have a value, or contain it', async () => {
    expect(await codeOf(claimPolicy('tenant'))).toBe('met')
    expect(await codeOf(claimPolicy('tenant', 'acme'))).toBe('met')
    expect(await codeOf(claimPolicy('tenant', ['x', 'acme']))).toBe('met')
    expect(await codeOf(claimPolicy('tenant', 'other'))).toBe('policy_denied')
    expect(await codeOf(claimPolicy('https://x.example/level', 3))).toBe('met')
    expect(await codeOf(claimPolicy('https://x.example/level', '3'))).toBe('policy_denied')
    expect(await codeOf(claimPolicy(['realm_access', 'roles'], 'admin'))).toBe('met')
    expect(await codeOf(claimPolicy(['realm_access', 'roles'], 'adm'))).toBe('policy_denied')
    expect(await codeOf(claimPolicy('realm_access.roles', 'admin'))).toBe('policy_denied')
    expect(await codeOf(claimPolicy('flag'))).toBe('policy_denied')
    expect(await codeOf(claimPolicy('tenant', (value) => value === 'acme'))).toBe('met')
  })

  it('POLICY-3: are found among own properties only', async () => {
    for (const path of [
      'constructor',
      '__proto__',
      'toString',
      ['tenant', 'length'],
      ['realm_access', 'constructor'],
    ]) {
      expect(await codeOf(claimPolicy(path))).toBe('policy_denied')
    }
  })

  it('are named properly, or the application does not start', () => {
    for (const path of ['', [], [''], 7 as never]) expect(() => claimPolicy(path)).toThrow(ConfigurationError)
    for (const value of [[], null as never, {} as never])
      expect(() => claimPolicy('a', value)).toThrow(ConfigurationError)
  })
})

describe('predicates', () => {
  it('POLICY-4: permit by true alone, or a promise of it', async () => {
    expect(await codeOf(predicatePolicy(() => true))).toBe('met')
    expect(await codeOf(predicatePolicy(async () => true))).toBe('met')
    for (const answer of [false, 1, 'true', {}, undefined, Promise.resolve('yes')]) {
      expect(await codeOf(predicatePolicy(() => answer as never))).toBe('policy_denied')
    }
  })

  it('POLICY-4: that throw are a bug and no refusal', async () => {
    const thrown = () => {
      throw new Error('bug')
    }
    expect(await codeOf(predicatePolicy(thrown))).toBe('Error: bug')
    expect(await codeOf(predicatePolicy(async () => thrown()))).toBe('Error: bug')
  })

  it('are not turned into "any value" by an option that is not set', () => {
    const unset = undefined as unknown as string
    expect(() => claimPolicy('tenant', unset)).toThrow(ConfigurationError)
    expect(() => claimPolicy('tenant', ...([undefined] as never))).toThrow('requireClaim: got undefined')
  })

  it('POLICY-4: takes a promise for no, where an answer has to be given at once, also one that rejects', async () => {
    const policy = claimPolicy('tenant', (async () => Promise.reject(new Error('late'))) as never)
    expect(await codeOf(policy)).toBe('policy_denied')
  })

  it('POLICY-4: waits for what another library calls a promise, whatever its then gives back', async () => {
    const later = (permitted: unknown) => ({
      // oxlint-disable-next-line unicorn/no-thenable -- what is tested
      then(answer: (value: unknown) => void) {
        setImmediate(answer, permitted)
      },
    })
    const asking = (permitted: unknown) => predicatePolicy((() => later(permitted)) as never)
    expect(await codeOf(asking(false))).toBe('policy_denied')
    expect(await codeOf(asking('true'))).toBe('policy_denied')
    expect(await codeOf(asking(true))).toBe('met')
  })
})
