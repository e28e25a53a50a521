import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { andThen, isPromise } from './awaitable.ts'

describe('isPromise', () => {
  it('knows promises, also of another realm', () => {
    const foreign: unknown = runInNewContext('Promise.resolve(1)')
    expect(foreign instanceof Promise).toBe(false)
    for (const promise of [Promise.resolve(1), (async () => {})(), foreign]) expect(isPromise(promise)).toBe(true)
  })

  it('takes nothing for a promise that JSON can say', () => {
    const texts = [
      'null',
      '0',
      '""',
      '"then"',
      'true',
      '{}',
      '[]',
      '{"then":"x"}',
      '{"then":{"then":null}}',
      '["then"]',
    ]
    for (const text of texts) expect(isPromise(JSON.parse(text))).toBe(false)
    expect(isPromise(undefined)).toBe(false)
  })
})

describe('andThen', () => {
  it('goes on at once with a value, and throws at once', () => {
    expect(andThen(1, (value) => value + 1)).toBe(2)
    expect(() =>
      andThen(1, () => {
        throw new Error('now')
      }),
    ).toThrow('now')
  })

  it('goes on later with a promise, and rejects later', async () => {
    const later = andThen(Promise.resolve(1), (value) => value + 1)
    expect(isPromise(later)).toBe(true)
    expect(await later).toBe(2)
    const failing = andThen(Promise.resolve(1), () => {
      throw new Error('later')
    })
    await expect(failing).rejects.toThrow('later')
  })

  it('does not go on from a promise that rejects', async () => {
    let reached = false
    const result = andThen(Promise.reject(new Error('before')), () => (reached = true))
    await expect(result).rejects.toThrow('before')
    expect(reached).toBe(false)
  })

  it('flattens what goes on later', async () => {
    expect(await andThen(1, async (value) => value + 1)).toBe(2)
    expect(await andThen(Promise.resolve(1), async (value) => value + 1)).toBe(2)
  })
})
