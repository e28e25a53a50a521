import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { type AccessTokenRequest, createIssuer, IssuerConfigurationError } from './index.ts'

const as = await createIssuer({ issuer: 'https://as.example' })
const request = { subject: 'user-1', clientId: 'web', audience: 'https://api.example' }

async function claimsOf(more: Partial<AccessTokenRequest>) {
  return decodeJwt(await as.issueAccessToken({ ...request, ...more }))
}

describe('the claims of an access token', () => {
  it.each([
    [['a', 'b:c'], 'a b:c'],
    ['a b:c', 'a b:c'],
    ['a', 'a'],
    [[], undefined],
    [undefined, undefined],
  ])('scope %o becomes %o (RFC 6749 §3.3)', async (scope, expected) => {
    expect((await claimsOf({ scope })).scope).toBe(expected)
  })

  it('names several audiences in an array', async () => {
    expect((await claimsOf({ audience: ['https://one.example', 'https://two.example'] })).aud).toHaveLength(2)
  })

  it('names a scope and an audience once that are asked for twice, and keeps an array of one as it is', async () => {
    const [one, two] = ['https://one.example', 'https://two.example']
    expect(await claimsOf({ scope: 'a b a', audience: [one, two, one] })).toMatchObject({
      scope: 'a b',
      aud: [one, two],
    })
    expect((await claimsOf({ audience: [one] })).aud).toEqual([one])
    expect((await claimsOf({ audience: one })).aud).toBe(one)
  })

  it('lives as long as asked', async () => {
    const { iat = 0, exp = 0 } = await claimsOf({ lifetimeSeconds: 86_400 })
    expect(exp - iat).toBe(86_400)
  })

  it('binds to the thumbprints that are given, and leaves out those that are undefined', async () => {
    const confirmation = { jkt: undefined, 'x5t#S256': 'b'.repeat(43) }
    expect((await claimsOf({ confirmation })).cnf).toEqual({ 'x5t#S256': 'b'.repeat(43) })
  })

  it('takes __proto__ as the name of a claim like any other', async () => {
    const claims = JSON.parse('{"__proto__":{"admin":true}}') as Record<string, unknown>
    const token = await as.issueAccessToken({ ...request, claims })
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).toContain('"__proto__":{"admin":true}')
  })
})

describe('extra claims', () => {
  const registered = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'azp', 'scope', 'scp', 'cnf']
  it.each(registered)('ISSUER-5: cannot name the registered claim %s', async (name) => {
    await expect(claimsOf({ claims: { [name]: 'x' } })).rejects.toThrow(`claims.${name}: got a string, takes nothing`)
  })

  const foreign = ['at_hash', 'c_hash', 's_hash', 'events', 'htm', 'htu', 'token_introspection', 'token_use', 'typ']
  it.each(foreign)('ISSUER-5: cannot name %s, which marks another kind of token', async (name) => {
    await expect(claimsOf({ claims: { [name]: 'x' } })).rejects.toThrow('it marks another kind of token')
  })

  it('ISSUER-5: cannot replace the claims through toJSON', async () => {
    const claims = { toJSON: () => ({ sub: 'admin' }) }
    await expect(claimsOf({ claims })).rejects.toThrow('claims.toJSON: got a function, takes a JSON value')
    class Claims {
      role = 'user'
      toJSON() {
        return { sub: 'admin' }
      }
    }
    expect(await claimsOf({ claims: new Claims() as unknown as Record<string, unknown> })).toMatchObject({
      sub: 'user-1',
      role: 'user',
    })
  })

  it('are JSON values', async () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    for (const value of [1n, Symbol('a'), () => 1, cycle]) {
      await expect(claimsOf({ claims: { value } })).rejects.toThrow('takes a JSON value')
    }
  })
})

describe('a wrong request', () => {
  it.each<[more: object, message: string]>([
    [{ subject: '' }, 'subject: got an empty string, takes'],
    [{ subject: 42 }, 'subject: got a number'],
    [{ clientId: undefined }, 'clientId: got undefined'],
    [{ audience: [] }, 'audience: got an empty array'],
    [{ audience: ['https://api.example', ''] }, 'audience[1]: got an empty string'],
    [{ scope: 'a  b' }, 'scope: got a string, takes scopes of printable ASCII'],
    [{ scope: '' }, 'scope: got an empty string'],
    [{ scope: ['a b'] }, 'scope: got an array of 1'],
    [{ scope: ['a"b'] }, 'scope: got an array of 1'],
    [{ scope: 7 }, 'scope: got a number'],
    [{ scopes: ['a'] }, 'scopes: got an array of 1, takes nothing'],
    [{ claims: ['a'] }, 'claims: got an array of 1, takes an object'],
    [{ lifetimeSeconds: 86_401 }, 'lifetimeSeconds: got 86401, takes a whole number of seconds from 1 to 86400'],
    [{ lifetimeSeconds: NaN }, 'lifetimeSeconds: got NaN'],
    [{ confirmation: 'a' }, 'confirmation: got a string'],
    [{ confirmation: {} }, 'confirmation: got an empty object'],
    [{ confirmation: { jkt: 'short' } }, 'confirmation.jkt: got a string'],
    [{ confirmation: { jwk: {} } }, 'confirmation: got an object'],
  ])('%o is refused by name', async (more, message) => {
    const refused = as.issueAccessToken({ ...request, ...more })
    await expect(refused).rejects.toThrow(IssuerConfigurationError)
    await expect(refused).rejects.toThrow(message)
  })

  it('LOG-1: is refused without showing personal values', async () => {
    const planted = 'jane.doe@example.com'
    const requests = [
      { ...request, subject: [planted] },
      { ...request, scope: `${planted} "` },
      { ...request, claims: { sub: planted } },
      { ...request, claims: { email: () => planted } },
      { ...request, confirmation: { jkt: planted } },
      { ...request, audience: { planted } },
    ]
    for (const wrong of requests) {
      const error: unknown = await as.issueAccessToken(wrong as unknown as AccessTokenRequest).catch((thrown) => thrown)
      expect(error).toBeInstanceOf(IssuerConfigurationError)
      expect(JSON.stringify(error) + String(error)).not.toContain(planted)
    }
  })
})
