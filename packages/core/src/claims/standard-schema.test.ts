import { describe, expect, it } from 'vitest'
import { detailOf } from '../error.ts'
import { AccessTokenError, type StandardSchema } from '../index.ts'
import { mintWith, verifierWith } from './verdict.test.support.ts'

type Validate = StandardSchema<unknown>['~standard']['validate']

const schemaOf = (validate: Validate): StandardSchema<unknown> => ({
  '~standard': { version: 1, vendor: 'tests', validate },
})

const verifyBy = async (validate: Validate, claims: Record<string, unknown> = {}) =>
  verifierWith({ claims: schemaOf(validate) as never }).verify(await mintWith({ tenant: 'acme', ...claims }))

describe('a Standard Schema validator', () => {
  it.each<[string, Validate]>([
    ['at once', (value) => ({ value: { tenant: (value as { tenant: string }).tenant.toUpperCase() } })],
    ['later', async (value) => ({ value: { tenant: (value as { tenant: string }).tenant.toUpperCase() } })],
  ])('makes the claims of the result, %s', async (_, validate) => {
    const auth = await verifyBy(validate)
    expect(auth.claims).toEqual({ tenant: 'ACME' })
    expect(auth.subject).toBe('user-1')
  })

  it('CLAIM-8: makes claims that are frozen to their depth, whatever it made of them', async () => {
    const shallow = Object.freeze({ roles: ['user'], nested: Object.freeze({ list: [{ a: 1 }] }) })
    for (const value of [{ roles: ['user'], nested: { list: [{ a: 1 }] } }, shallow]) {
      const claims = (await verifyBy(() => ({ value }))).claims as unknown as typeof shallow
      expect(Object.isFrozen(claims.roles)).toBe(true)
      expect(Object.isFrozen(claims.nested.list)).toBe(true)
      expect(Object.isFrozen(claims.nested.list[0])).toBe(true)
    }
  })

  it('may make claims that refer to themselves', async () => {
    const value: Record<string, unknown> = { a: [] }
    value['self'] = value
    expect((await verifyBy(() => ({ value }))).claims).toBe(value)
  })

  it('cannot change what was signed, nor what is decided by it', async () => {
    const validate: Validate = (value) => {
      expect(() => Object.assign(value as object, { sub: 'admin', scope: 'admin' })).toThrow(TypeError)
      return { value: { sub: 'admin', scope: 'admin', exp: 1 } }
    }
    const auth = await verifyBy(validate)
    expect(auth.subject).toBe('user-1')
    expect(auth.scopes).toEqual(['a', 'b'])
    expect(auth.expiresAt).toBeGreaterThan(1)
  })

  it.each<[string, Validate]>([
    ['at once', () => ({ issues: [{ message: 'planted-secret', path: ['planted-secret'] }] })],
    ['later', async () => ({ issues: [{ message: 'planted-secret', path: ['planted-secret'] }] })],
    ['without saying why', () => ({ issues: [] })],
  ])('LOG-1: refuses, %s, and nothing of its words or of the claims is told', async (_, validate) => {
    const error = await verifyBy(validate, { secret: 'planted-secret' }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(AccessTokenError)
    expect((error as AccessTokenError).code).toBe('claim_invalid')
    const told = [error, detailOf(error as AccessTokenError), String(error), (error as Error).stack]
    expect(JSON.stringify(told)).not.toContain('planted')
  })

  it('that throws is a bug, and no refusal', async () => {
    const bug = () => {
      throw new TypeError('bug')
    }
    await expect(verifyBy(bug)).rejects.toThrow(new TypeError('bug'))
    await expect(verifyBy(async () => bug())).rejects.toThrow(new TypeError('bug'))
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['true', true],
  ])('that answers with %s accepts nothing', async (_, answer) => {
    await expect(verifyBy(() => answer as never)).rejects.toThrow()
    await expect(verifyBy(async () => answer as never)).rejects.toThrow()
  })

  it('is told that it has to answer with a value or issues', async () => {
    for (const answer of [{}, { issues: undefined }]) {
      await expect(verifyBy(() => answer as never)).rejects.toThrow('answered with neither a value nor issues')
    }
  })

  it('is awaited also when its promise is of another library', async () => {
    const refusing = {}
    Reflect.set(refusing, 'then', (done: (value: unknown) => unknown) => done({ issues: [{ message: 'no' }] }))
    await expect(verifyBy(() => refusing as never)).rejects.toMatchObject({ code: 'claim_invalid' })
  })

  it('is not asked again about a remembered token', async () => {
    let asked = 0
    const verifier = verifierWith({ claims: schemaOf((value) => ({ value: { value, asked: ++asked } })) as never })
    const token = await mintWith({})
    await verifier.verify(token)
    expect(await verifier.verify(token)).toBe(await verifier.verify(token))
    expect(asked).toBe(2)
  })
})
