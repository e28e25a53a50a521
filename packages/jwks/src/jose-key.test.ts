import { errors } from 'jose'
import { describe, expect, it } from 'vitest'
import { importKeys } from './import-keys.ts'
import { getKeyFor } from './jose-key.ts'
import { KeySet, noKeys } from './key-set.ts'
import { makeKey } from './keys.test.support.ts'
import { JwksUnavailableError } from './unavailable-error.ts'

/** As `jose` asks, from a set with so many keys of one kid. */
function ask(count: number) {
  const keys = Array.from({ length: count }, () => makeKey('a'))
  const set = new KeySet(importKeys({ keys: keys.map(({ jwk }) => jwk) }))
  const asked = getKeyFor(({ kid, alg }) => set.find(kid, alg) ?? noKeys)({ alg: 'ES256', kid: 'a' })
  return { keys, asked }
}

async function keysOf(error: unknown): Promise<unknown[]> {
  expect(error).toBeInstanceOf(errors.JWKSMultipleMatchingKeys)
  const keys = []
  for await (const key of error as AsyncIterable<unknown>) keys.push(key)
  return keys
}

describe('getKeyFor', () => {
  it('gives the only key that suits', async () => {
    const { keys, asked } = ask(1)
    expect((await asked).export({ format: 'jwk' })['x']).toBe(keys[0]!.jwk['x'])
  })

  it('has the error of jose for no key', async () => {
    await expect(ask(0).asked).rejects.toThrow(errors.JWKSNoMatchingKey)
  })

  it('JOSE-9: has the error of jose for several keys, over which it iterates in their order', async () => {
    const { keys, asked } = ask(4)
    const tried = (await keysOf(await asked.catch((error: unknown) => error))) as (typeof keys)[number]['privateKey'][]
    expect(tried.map((key) => key.export({ format: 'jwk' })['x'])).toEqual(keys.map(({ jwk }) => jwk['x']))
  })

  it('JOSE-9: has none tried of more than four', async () => {
    expect(await keysOf(await ask(5).asked.catch((error: unknown) => error))).toEqual([])
  })

  it('rejects with what the source throws', async () => {
    const getKey = getKeyFor(() => {
      throw new JwksUnavailableError('down', 5)
    })
    await expect(getKey({ alg: 'ES256' })).rejects.toThrow(JwksUnavailableError)
  })
})
