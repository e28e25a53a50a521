import { describe, expect, it } from 'vitest'
import { listen } from './authority.test.support.ts'
import { importKeys } from './import-keys.ts'
import { makeKey } from './keys.test.support.ts'
import { createStaticJwks } from './static-jwks.ts'
import { JwksUnavailableError } from './unavailable-error.ts'

describe('createStaticJwks', () => {
  it('has the keys that were given, at once and until it is closed', async () => {
    const key = makeKey('a')
    const given = importKeys({ keys: [key.jwk] })
    const source = createStaticJwks(given)
    given.pop()
    await source.ready()
    expect(source.find({ kid: 'a', alg: 'ES256' })).toMatchObject([{ thumbprint: key.thumbprint }])
    expect(source.find({ kid: undefined, alg: 'ES256' })).toHaveLength(1)
    expect(source.find({ kid: 'b', alg: 'ES256' })).toEqual([])
    expect(source.find({ kid: undefined, alg: 'RS256' })).toEqual([])
    expect(source.inspect()).toMatchObject({ status: 'fresh', keys: [{ kid: 'a' }], lastError: undefined, waiting: 0 })
    source.doubt()
    expect(source.find({ kid: 'a', alg: 'ES256' })).toHaveLength(1)
    source.close()
    expect(source.inspect().status).toBe('closed')
    expect(() => source.find({ kid: 'a', alg: 'ES256' })).toThrow(JwksUnavailableError)
    await expect(source.ready()).rejects.toThrow(JwksUnavailableError)
    source.doubt()
  })

  it('KEYS-10: refuses a distrusted key, and says so once', () => {
    const [key] = importKeys({ keys: [makeKey('a').jwk] })
    const source = createStaticJwks([key!])
    const { ofType } = listen(source)
    for (let time = 0; time < 2; time++) source.distrust(key!.thumbprint)
    expect(source.find({ kid: 'a', alg: 'ES256' })).toEqual([])
    expect(source.inspect().keys).toEqual([])
    expect(key!.withdrawn).toBe(true)
    expect(ofType('keyWithdrawn')).toMatchObject([{ source: 'static', key: { kid: 'a' }, reason: 'distrusted' }])
  })
})
