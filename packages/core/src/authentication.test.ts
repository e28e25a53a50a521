import { describe, expect, it } from 'vitest'
import { createAuthentication, deepFreeze } from './authentication.ts'
import { createVerifier, isAuthentication } from './index.ts'
import { audience, goodClaims, issuer, makeKey, type Members, mint } from './mint.test.support.ts'

const key = makeKey('ES256')
const verifier = createVerifier({ issuer, audience, jwks: { keys: [key.publicJwk] }, binding: 'checked-by-caller' })
const authenticationOf = async (claims: Members = {}) => verifier.verify(await mint(key, goodClaims(claims)))

/** Every object that can be reached by own properties, and the path to it. */
function objectsIn(value: unknown, path = 'auth', found = new Map<object, string>()): Map<object, string> {
  if (typeof value !== 'object' || value === null || found.has(value)) return found
  found.set(value, path)
  for (const name of Reflect.ownKeys(value)) objectsIn(Reflect.get(value, name), `${path}.${String(name)}`, found)
  return found
}

describe('the result of a verification', () => {
  it('CLAIM-8: is frozen to its depth', async () => {
    const auth = await authenticationOf({
      aud: ['x', audience],
      scope: ['a', 'b'],
      cnf: { jkt: 'x', nested: { list: [{}] } },
      deep: JSON.parse(`${'{"a":['.repeat(15)}1${']}'.repeat(15)}`),
      list: [[], [[{}]], { a: { b: [] } }],
    })
    const objects = objectsIn(auth)
    expect(objects.size).toBeGreaterThan(40)
    for (const [object, path] of objects) expect(Object.isFrozen(object), path).toBe(true)
  })

  it('CLAIM-8: is the same for the next request, whatever a handler tries', async () => {
    const token = await mint(key, goodClaims({ roles: ['user'], nested: { a: { b: 1 } } }))
    await verifier.verify(token)
    const auth = await verifier.verify(token)
    const before = JSON.stringify(auth)
    const attempts: (() => unknown)[] = [
      () => Object.assign(auth, { subject: 'admin' }),
      () => Object.assign(auth, { added: true }),
      () => Object.defineProperty(auth, 'scopes', { value: ['admin'] }),
      () => (auth.scopes as string[]).push('admin'),
      () => (auth.audience as string[]).pop(),
      () => (auth.claims['roles'] as string[]).splice(0, 1, 'admin'),
      () => Object.assign(auth.claims['nested'] as object, { a: 1 }),
      () => Reflect.deleteProperty(auth.claims, 'exp') || expect.unreachable(),
      () => Object.setPrototypeOf(auth, { hasScope: () => true }),
      () => Object.assign(auth, { hasScope: () => true }),
    ]
    for (const attempt of attempts) expect(attempt, String(attempt)).toThrow()
    const next = await verifier.verify(token)
    expect(next).toBe(auth)
    expect(JSON.stringify(next)).toBe(before)
    expect(next.hasScope('admin')).toBe(false)
  })

  it('CLAIM-8: has a hasScope that no handler can replace for everybody', async () => {
    const auth = await authenticationOf()
    const prototype = Object.getPrototypeOf(auth) as { hasScope: unknown }
    const original = prototype.hasScope
    try {
      expect(() => Object.assign(prototype, { hasScope: () => true })).toThrow(TypeError)
    } finally {
      if (prototype.hasScope !== original) prototype.hasScope = original
    }
  })

  it('says what the claims say', async () => {
    const cnf = { jkt: 'x', 'x5t#S256': 'y' }
    expect(await authenticationOf({ cnf, azp: 'other' })).toMatchObject({ confirmation: cnf, clientId: 'client-1' })
    expect(await authenticationOf({ client_id: undefined, azp: 'other' })).toMatchObject({ clientId: 'other' })
    const without = { sub: undefined, client_id: undefined, jti: undefined, iat: undefined, scope: undefined }
    expect(await authenticationOf(without)).toMatchObject({
      subject: undefined,
      clientId: undefined,
      tokenId: undefined,
      issuedAt: undefined,
      confirmation: undefined,
      scopes: [],
    })
  })
})

describe('isAuthentication', () => {
  it('POLICY-1: knows what a verifier made', async () => {
    expect(isAuthentication(await authenticationOf())).toBe(true)
  })

  it('POLICY-1: is not deceived by anything of its shape', async () => {
    const auth = await authenticationOf()
    const shape = {
      subject: 'a',
      issuer,
      audience: [audience],
      scopes: ['a'],
      expiresAt: 1,
      claims: {},
      hasScope: () => true,
    }
    const lookalikes: unknown[] = [
      undefined,
      null,
      true,
      'auth',
      {},
      () => auth,
      shape,
      Object.freeze(shape),
      { ...auth },
      structuredClone({ ...auth, hasScope: undefined }),
      JSON.parse(JSON.stringify(auth)),
      Object.create(auth),
      Object.create(Object.getPrototypeOf(auth) as object),
      new Proxy(auth, {}),
      [auth],
    ]
    for (const lookalike of lookalikes) expect(isAuthentication(lookalike)).toBe(false)
  })
})

describe('deepFreeze', () => {
  it('ends with data that refers to itself, and leaves other values as they are', () => {
    const value: Members = { bytes: new Uint8Array(2), run: () => 1, nothing: null }
    value['self'] = [value]
    expect(deepFreeze(value)).toBe(value)
    expect(Object.isFrozen(value)).toBe(true)
    for (const other of [1, 'x', undefined, null, true]) expect(deepFreeze(other)).toBe(other)
  })
})

describe('createAuthentication', () => {
  it('keeps its parts', () => {
    const parts = {
      issuer,
      audience: ['x'],
      scopes: ['a'],
      expiresAt: 7,
      signed: { sub: 'a', iat: 1 },
      claims: { b: 1 },
    }
    const auth = createAuthentication(parts)
    expect(auth).toMatchObject({ issuer, audience: ['x'], scopes: ['a'], expiresAt: 7, subject: 'a', issuedAt: 1 })
    expect(auth.claims).toBe(parts.claims)
  })
})
