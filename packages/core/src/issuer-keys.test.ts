import { importKeys, JwksUnavailableError, type PublishedKey } from '@sallyport/jwks'
import { describe, expect, it } from 'vitest'
import { createFakeJwks } from './fake-jwks.test.support.ts'
import { createVerifier, type VerifierEvent } from './index.ts'
import { audience, codeOf, goodClaims, issuer, makeKey, mint } from './mint.test.support.ts'

const key = makeKey('ES256')
const keys = importKeys({ keys: [key.publicJwk] })
const mintMany = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => mint(key, goodClaims({ jti: `t${index}` }))))

describe('the keys of an issuer', () => {
  it('are looked for by alg and kid, and nothing else of the token', async () => {
    const { jwks, wanted } = createFakeJwks(() => keys)
    await createVerifier({ issuer, audience, jwks }).verify(await mint(key, goodClaims(), { x5t: 'x', jku: 'x' }))
    expect(wanted).toEqual([{ alg: 'ES256', kid: key.kid }])
  })

  it.each<[string, (error: Error) => never | Promise<never>]>([
    [
      'at once',
      (error) => {
        throw error
      },
    ],
    ['later', (error) => Promise.reject(error)],
  ])('KEYS-4: that cannot be had, %s, are 503 with the time after which to try again', async (_, fail) => {
    const { jwks } = createFakeJwks(() => fail(new JwksUnavailableError('the keys of x are unavailable: down', 7)))
    const verifier = createVerifier({ issuer, audience, jwks })
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))
    await expect(verifier.verify(await mint(key))).rejects.toMatchObject({
      code: 'keys_unavailable',
      status: 503,
      retryAfterSeconds: 7,
    })
    expect(events).toMatchObject([{ code: 'keys_unavailable', reason: 'the keys of x are unavailable: down' }])
  })

  it.each(['main-thread', 'thread-pool'] as const)(
    'KEYS-8: are doubted when they did not verify a signature on the %s, and for nothing else',
    async (verifyOn) => {
      let doubts = 0
      const fake = createFakeJwks(() => keys)
      const jwks = Object.assign(fake.jwks, { doubt: () => void doubts++ })
      const verifier = createVerifier({ issuer, audience, jwks, verifyOn })
      const token = await mint(key)
      expect(await codeOf(verifier.verify(token))).toBe('accepted')
      expect(await codeOf(verifier.verify(await mint(key, goodClaims({ exp: 1 }))))).toBe('token_expired')
      fake.answerWith(() => [])
      expect(await codeOf(verifier.verify(await mint(key)))).toBe('key_unknown')
      fake.answerWith(() => [...keys, ...keys, ...keys, ...keys, ...keys])
      expect(await codeOf(verifier.verify(await mint(key)))).toBe('key_unknown')
      expect(doubts).toBe(0)
      fake.answerWith(() => keys)
      expect(await codeOf(verifier.verify(await mint({ ...makeKey('ES256'), kid: key.kid })))).toBe('signature_invalid')
      expect(doubts).toBe(1)
    },
  )

  it('are at hand when those of every issuer are, and not while one cannot be had', async () => {
    const asked: string[] = []
    const sourceOf = (name: string, answer: () => Promise<void>) =>
      Object.assign(createFakeJwks().jwks, { ready: () => (asked.push(name), answer()) })
    const verifierWith = (answer: () => Promise<void>) =>
      createVerifier({
        issuers: [
          { issuer, audience, jwks: sourceOf('one', async () => {}) },
          { issuer: `${issuer}/2`, audience, jwks: sourceOf('two', answer) },
        ],
      })
    await verifierWith(async () => {}).ready()
    expect(asked).toEqual(['one', 'two'])
    const down = new JwksUnavailableError('down', 1)
    await expect(verifierWith(() => Promise.reject(down)).ready()).rejects.toBe(down)
  })

  it('that a fetcher of another kind fails to give are a bug, and no refusal', async () => {
    const { jwks } = createFakeJwks(() => Promise.reject(new TypeError('bug')))
    await expect(createVerifier({ issuer, audience, jwks }).verify(await mint(key))).rejects.toThrow(TypeError)
  })

  it('DOS-4: are waited for by 1,024 verifications; more are 503 until some have ended', async () => {
    const answers: ((found: readonly PublishedKey[]) => void)[] = []
    const slow = createFakeJwks(() => new Promise((resolve) => answers.push(resolve)))
    const quick = createFakeJwks(() => keys)
    const verifier = createVerifier({ issuer, audience, jwks: slow.jwks })
    const other = createVerifier({ issuer, audience, jwks: quick.jwks })
    const tokens = await mintMany(1030)
    const waiting = tokens.slice(0, 1024).map((token) => codeOf(verifier.verify(token)))
    for (const token of tokens.slice(1024)) {
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'verifier_overloaded', status: 503 })
    }
    // Whoever need not wait is served.
    expect(await codeOf(other.verify(tokens[0]!))).toBe('accepted')
    answers.shift()?.(keys)
    expect(await Promise.race(waiting)).toBe('accepted')
    const next = codeOf(verifier.verify(tokens[1029]!))
    for (const answer of answers) answer(keys)
    expect(await next).toBe('accepted')
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['accepted']))
  })

  it('DOS-3: that never come free the place of whoever waited when their fetch is given up', async () => {
    const failures: ((error: Error) => void)[] = []
    const { jwks, answerWith } = createFakeJwks(() => new Promise((_, reject) => failures.push(reject)))
    const verifier = createVerifier({ issuer, audience, jwks })
    const tokens = await mintMany(1025)
    for (let round = 0; round < 2; round++) {
      const waiting = tokens.slice(0, 1024).map((token) => codeOf(verifier.verify(token)))
      for (const fail of failures.splice(0)) fail(new JwksUnavailableError('timed out', 1))
      expect(new Set(await Promise.all(waiting))).toEqual(new Set(['keys_unavailable']))
    }
    answerWith(() => keys)
    expect(await codeOf(verifier.verify(tokens[1024]!))).toBe('accepted')
  })
})
