import { randomBytes, verify } from 'node:crypto'
import { createStaticJwks, importKeys } from '@sallyport/jwks'
import { calculateJwkThumbprint } from 'jose'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { AccessTokenError } from './error.ts'
import { createFakeJwks } from './fake-jwks.test.support.ts'
import { audience, codeOf, goodClaims, issuer, makeKey, mint } from './mint.test.support.ts'
import { createVerifier, type Verifier } from './verifier.ts'

vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<{ verify: typeof verify }>()
  return { ...original, verify: vi.fn(original.verify) }
})

/** Where signatures were verified since the last look. */
const verifications = () => {
  const calls = vi.mocked(verify).mock.calls
  const threads = calls.map(({ length }) => (length === 5 ? 'thread-pool' : 'main-thread'))
  vi.mocked(verify).mockClear()
  return threads
}

const es256 = makeKey('ES256')
const es384 = makeKey('ES384')
const rs256 = makeKey('RS256')
const options = { issuer, audience, jwks: { keys: [es256, es384, rs256].map(({ publicJwk }) => publicJwk) } }
const mintMany = (count: number, key = es256) =>
  Promise.all(Array.from({ length: count }, (_, index) => mint(key, goodClaims({ jti: `token-${index}` }))))

/** A token of an unknown key, whose signature has the length that it should have. */
const forgedToken = (alg: string, signatureLength: number) =>
  [JSON.stringify({ alg }), JSON.stringify(goodClaims()), randomBytes(signatureLength)]
    .map((part) => Buffer.from(part as string).toString('base64url'))
    .join('.')

const verdictsOn = (verifier: Verifier, tokens: readonly string[]) =>
  Promise.all(tokens.map((token) => codeOf(verifier.verify(token))))

describe('where signatures are verified', () => {
  beforeEach(() => void verifications())

  it.each(['main-thread', 'thread-pool'] as const)('is the %s where the option says so', async (verifyOn) => {
    const verifier = createVerifier({ ...options, verifyOn })
    const tokens = [...(await mintMany(5)), ...(await mintMany(2, es384)), ...(await mintMany(2, rs256))]
    expect(new Set(await verdictsOn(verifier, tokens))).toEqual(new Set(['accepted']))
    expect(verifications()).toEqual(tokens.map(() => verifyOn))
  })

  it('is the main thread while few come, and the thread pool when many come at once', async () => {
    const verifier = createVerifier(options)
    const [first = '', second = '', ...others] = await mintMany(40)
    await new Promise(setImmediate)
    await verifier.verify(first)
    expect(verifications()).toEqual(['main-thread'])
    await new Promise(setImmediate)
    await verifier.verify(second)
    expect(verifications()).toEqual(['main-thread'])
    await new Promise(setImmediate)
    await verdictsOn(verifier, others)
    const threads = verifications()
    expect(threads.slice(0, 2)).toEqual(['main-thread', 'main-thread'])
    expect(threads.slice(2)).toEqual(others.slice(2).map(() => 'thread-pool'))
  })

  it.each([
    ['RS256', 256, 'main-thread'],
    ['PS256', 256, 'main-thread'],
    ['ES256', 64, 'main-thread'],
    ['EdDSA', 64, 'main-thread'],
    ['ES384', 96, 'thread-pool'],
    ['ES512', 132, 'thread-pool'],
    ['ES256K', 64, 'thread-pool'],
  ] as const)(
    'is, for one token alone that says %s, with %i bytes of signature, the %s',
    async (alg, length, thread) => {
      await new Promise(setImmediate)
      const jwks = { keys: [makeKey(alg).publicJwk] }
      const verifier = createVerifier({ issuer, audience, jwks, algorithms: [alg] })
      expect(await codeOf(verifier.verify(forgedToken(alg, length)))).toBe('signature_invalid')
      expect(verifications()).toEqual([thread])
    },
  )

  it('is the thread pool for RSA keys over 4,096 bits, also where only one of several is', async () => {
    const rsaKey = (bytes: number) => ({ kty: 'RSA', n: Buffer.alloc(bytes, 0xff).toString('base64url'), e: 'AQAB' })
    const threadsOf = async (keySizes: readonly number[], signatureLength: number) => {
      await new Promise(setImmediate)
      const verifier = createVerifier({ issuer, audience, jwks: { keys: keySizes.map(rsaKey) } })
      expect(await codeOf(verifier.verify(forgedToken('RS256', signatureLength)))).toBe('signature_invalid')
      return verifications()
    }
    expect(await threadsOf([512], 512)).toEqual(['main-thread'])
    expect(await threadsOf([513], 513)).toEqual(['thread-pool'])
    expect(await threadsOf([256, 513], 256)).toEqual(['thread-pool'])
  })

  it('refuses nobody for a fault of the thread pool', async () => {
    const fault = new Error('out of memory')
    vi.mocked(verify).mockImplementationOnce(((...given: unknown[]) =>
      (given[4] as (error: Error) => void)(fault)) as never)
    const [token = ''] = await mintMany(1)
    const verifier = createVerifier({ ...options, verifyOn: 'thread-pool' })
    await expect(verifier.verify(token)).rejects.toBe(fault)
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
  })

  it('refuses a forged token wherever that is', async () => {
    const forged = (await mintMany(12)).map((token) => token.replace(/\.(.)(.)/, '.$2$1'))
    const stranger = await mint({ ...makeKey('ES256'), kid: es256.kid })
    for (const verifyOn of ['main-thread', 'thread-pool', 'auto'] as const) {
      const verifier = createVerifier({ ...options, verifyOn })
      expect(await verdictsOn(verifier, forged)).not.toContain('accepted')
      expect(await codeOf(verifier.verify(stranger))).toBe('signature_invalid')
    }
  })

  it('does not mix up the tokens that are verified at the same time', async () => {
    const verifier = createVerifier({ ...options, cache: false, verifyOn: 'thread-pool' })
    const good = await mintMany(50)
    const tokens = good.flatMap((token, index) => [token, `${token.slice(0, -6)}${good.at(index - 1)?.slice(-6)}`])
    const verdicts = await Promise.allSettled(tokens.map((token) => verifier.verify(token)))
    expect(verdicts.map(({ status }) => status)).toEqual(good.flatMap(() => ['fulfilled', 'rejected']))
    const ids = verdicts.flatMap((verdict) => (verdict.status === 'fulfilled' ? [verdict.value.tokenId] : []))
    expect(ids).toEqual(good.map((_, index) => `token-${index}`))
  })
})

describe('one token that comes several times at once', () => {
  beforeEach(() => void verifications())

  it('is verified once', async () => {
    const verifier = createVerifier({ ...options, verifyOn: 'thread-pool' })
    const cached: boolean[] = []
    verifier.subscribe((event) => event.type === 'accepted' && cached.push(event.cached))
    const token = await mint(es256)
    const results = await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token)))
    expect(verifications()).toEqual(['thread-pool'])
    expect(new Set(results).size).toBe(1)
    expect([cached.filter((is) => is).length, cached.length]).toEqual([19, 20])
  })

  it('is refused to all when it is bad, each time anew', async () => {
    const verifier = createVerifier({ ...options, verifyOn: 'thread-pool' })
    const bad = await mint({ ...makeKey('ES256'), kid: es256.kid })
    expect(new Set(await verdictsOn(verifier, [bad, bad, bad]))).toEqual(new Set(['signature_invalid']))
    expect(verifications()).toEqual(['thread-pool'])
    expect(await codeOf(verifier.verify(bad))).toBe('signature_invalid')
    expect(verifications()).toEqual(['thread-pool'])
  })

  it('JOSE-13: is shown to the predicates for each', async () => {
    let uses = 0
    const verifier = createVerifier({
      ...options,
      verifyOn: 'thread-pool',
      claimPredicates: { sub: () => ++uses <= 2 },
    })
    const token = await mint(es256)
    expect((await verdictsOn(verifier, [token, token, token])).toSorted()).toEqual([
      'accepted',
      'accepted',
      'claim_invalid',
    ])
  })

  it('JOSE-13: is refused to those who share it when its key is distrusted meanwhile', async () => {
    const key = makeKey('ES256', 'stolen')
    const thumbprint = await calculateJwkThumbprint(key.publicJwk)
    const source = createStaticJwks(importKeys({ keys: [key.publicJwk] }))
    const { jwks } = createFakeJwks((wanted) => source.find(wanted))
    const verifier = createVerifier({ issuer, audience, jwks, verifyOn: 'thread-pool' })
    const token = await mint(key)
    const first = codeOf(verifier.verify(token))
    const second = codeOf(verifier.verify(token))
    source.distrust(thumbprint)
    expect([await first, await second]).toEqual(['accepted', 'key_unknown'])
  })

  it('is verified once for all also when it is past exp, within the tolerance', async () => {
    const verifier = createVerifier({ ...options, verifyOn: 'thread-pool' })
    const token = await mint(es256, goodClaims({ exp: Math.floor(Date.now() / 1000) - 5 }))
    expect(
      new Set(
        await verdictsOn(
          verifier,
          Array.from({ length: 20 }, () => token),
        ),
      ),
    ).toEqual(new Set(['accepted']))
    expect(verifications()).toEqual(['thread-pool'])
  })

  it('DOS-4: is not waited for by others when it takes longer than 5 s', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    let hangs = true
    const validate = (value: unknown) => (hangs ? new Promise<never>(() => {}) : { value })
    const claims = { '~standard': { version: 1, vendor: 'test', validate } } as const
    const verifier = createVerifier({ ...options, claims })
    const token = await mint(es256)
    void verifier.verify(token)
    hangs = false
    vi.advanceTimersByTime(5_000)
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
  })

  it('is refused with an error of its own to each', async () => {
    const verifier = createVerifier({ ...options, verifyOn: 'thread-pool' })
    const bad = await mint({ ...makeKey('ES256'), kid: es256.kid })
    const errors = await Promise.all([1, 2, 3].map(() => verifier.verify(bad).catch((error: unknown) => error)))
    expect(new Set(errors).size).toBe(3)
    expect(errors.map((error) => (error as AccessTokenError).code)).toEqual(Array(3).fill('signature_invalid'))
  })

  it('DOS-4: is waited for by 1,024 at the most', async () => {
    const verifier = createVerifier({ ...options, verifyOn: 'thread-pool' })
    const token = await mint(es256)
    const codes = await Promise.all(Array.from({ length: 1_030 }, () => codeOf(verifier.verify(token))))
    expect(codes.filter((code) => code === 'verifier_overloaded')).toHaveLength(5)
    expect(codes.filter((code) => code === 'accepted')).toHaveLength(1_025)
  })

  it('is verified each time without a cache', async () => {
    const verifier = createVerifier({ ...options, cache: false, verifyOn: 'thread-pool' })
    const token = await mint(es256)
    await verdictsOn(verifier, [token, token])
    expect(verifications()).toHaveLength(2)
  })
})
