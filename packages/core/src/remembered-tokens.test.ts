import { createJwks, importKeys, type PublishedKey } from '@sallyport/jwks'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createFakeJwks } from './fake-jwks.test.support.ts'
import { createVerifier, type VerifierEvent } from './index.ts'
import { serve } from './loopback.test.support.ts'
import {
  audience,
  codeOf,
  encrypt,
  goodClaims,
  issuer,
  makeKey,
  mint,
  mintRaw,
  nowSeconds,
} from './mint.test.support.ts'

const key = makeKey('ES256')
const options = { issuer, audience, jwks: { keys: [key.publicJwk] } }

afterEach(() => void vi.useRealTimers())

describe('a remembered token', () => {
  it('JOSE-13: is the whole token: no other with its header, payload or signature is taken for it', async () => {
    const verifier = createVerifier(options)
    const one = await mint(key, goodClaims({ jti: '1' }))
    const other = await mint(key, goodClaims({ jti: '2' }))
    await verifier.verify(one)
    await verifier.verify(other)
    const [header, payload, signature] = one.split('.') as [string, string, string]
    const [, otherPayload, otherSignature] = other.split('.') as [string, string, string]
    const forgedPayload = Buffer.from(JSON.stringify(goodClaims({ sub: 'admin' }))).toString('base64url')
    for (const forged of [
      `${header}.${forgedPayload}.${signature}`,
      `${header}.${payload}.${otherSignature}`,
      `${header}.${otherPayload}.${signature}`,
      `${header}.${payload}A.${signature}`,
      `x${one}`,
      `${one}x`,
      one.slice(1),
      signature,
      signature.slice(-43),
      `..${signature}`,
      `${header}..${signature}`,
    ]) {
      expect(await codeOf(verifier.verify(forged)), forged).not.toBe('accepted')
    }
    expect((await verifier.verify(one)).tokenId).toBe('1')
    expect((await verifier.verify(other)).tokenId).toBe('2')
  })

  it('JOSE-13: is not taken for another with the same end, of a JWE too', async () => {
    const secret = Buffer.alloc(32, 7)
    const decryption = { keys: [{ kty: 'oct', k: secret.toString('base64url'), alg: 'dir' }] }
    const verifier = createVerifier({ ...options, decryption })
    const token = await encrypt(await mint(key), secret)
    await verifier.verify(token)
    const segments = token.split('.')
    const header = Buffer.from('{"alg":"dir","enc":"A256GCM","cty":"at+jwt","x":1}').toString('base64url')
    expect(await codeOf(verifier.verify(segments.with(0, header).join('.')))).toBe('decryption_failed')
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
  })

  it('JOSE-13: is remembered by that verifier alone', async () => {
    const token = await mint(key)
    const verifier = createVerifier(options)
    await verifier.verify(token)
    expect(await codeOf(createVerifier({ ...options, audience: 'urn:other' }).verify(token))).toBe('audience_refused')
    expect(await codeOf(createVerifier({ ...options, algorithms: ['RS256'] as const }).verify(token))).toBe(
      'algorithm_refused',
    )
    expect(await codeOf(createVerifier({ ...options, requiredClaims: ['x'] }).verify(token))).toBe('claim_missing')
    expect(
      await codeOf(createVerifier({ ...options, jwks: { keys: [makeKey('ES256').publicJwk] } }).verify(token)),
    ).toBe('signature_invalid')
  })

  it('JOSE-13: is asked for its time again', async () => {
    const start = nowSeconds()
    vi.useFakeTimers({ toFake: ['Date'], now: start * 1000 })
    const verifier = createVerifier(options)
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))
    const token = await mint(key, goodClaims({ exp: start + 60 }))
    const verdictAt = async (seconds: number) => {
      vi.setSystemTime((start + seconds) * 1000)
      return codeOf(verifier.verify(token))
    }
    expect(await verdictAt(0)).toBe('accepted')
    expect(await verdictAt(1)).toBe('accepted')
    expect(await verdictAt(59.9)).toBe('accepted')
    // Within the tolerance it is verified anew: nothing is remembered beyond exp.
    expect(await verdictAt(61)).toBe('accepted')
    expect(await verdictAt(89.9)).toBe('accepted')
    expect(await verdictAt(90)).toBe('token_expired')
    expect(events).toMatchObject([
      { cached: false },
      { cached: false },
      { cached: true },
      { cached: false },
      { cached: false },
      { code: 'token_expired' },
    ])
  })

  it('JOSE-13: is void when the key that verified it is withdrawn, and no other is', async () => {
    const [first, second] = [makeKey('ES256', 'a'), makeKey('ES256', 'b')]
    let published = [first.publicJwk, second.publicJwk]
    const origin = await serve((_, res) => {
      res.writeHead(200, { 'cache-control': 'max-age=0' }).end(JSON.stringify({ keys: published }))
    })
    const jwks = createJwks(`${origin}/jwks`)
    onTestFinished(() => jwks.close())
    const verifier = createVerifier({ issuer, audience, jwks })
    const cached: boolean[] = []
    verifier.subscribe((event) => event.type === 'accepted' && cached.push(event.cached))
    const [one, other] = [await mint(first), await mint(second)]
    for (const token of [one, other, one, other, one]) await verifier.verify(token)
    published = [second.publicJwk]
    // A key that nobody knows makes the fetcher look, and so find that the first is gone.
    expect(await codeOf(verifier.verify(await mint(makeKey('ES256', 'c'))))).toBe('key_unknown')
    expect(await codeOf(verifier.verify(one))).toBe('key_unknown')
    expect(await codeOf(verifier.verify(other))).toBe('accepted')
    expect(cached).toEqual([false, false, false, false, true, true])
  })

  it('JOSE-13: is void when its key is distrusted, at once', async () => {
    const own = makeKey('ES256', 'distrusted')
    const keys = importKeys({ keys: [own.publicJwk] })
    const { jwks, answerWith } = createFakeJwks(() => keys)
    const verifier = createVerifier({ issuer, audience, jwks })
    const token = await mint(own)
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    createJwks('https://as.example/jwks-to-distrust').distrust(keys[0]!.thumbprint)
    // Also where whoever gives the keys still gives it.
    expect(await codeOf(verifier.verify(token))).toBe('signature_invalid')
    answerWith(() => [])
    expect(await codeOf(verifier.verify(token))).toBe('key_unknown')
  })

  it('JOSE-13: was never refused for good: a later key makes it valid', async () => {
    let keys: readonly PublishedKey[] = []
    const { jwks } = createFakeJwks(() => keys)
    const verifier = createVerifier({ issuer, audience, jwks })
    const token = await mint(key)
    for (let round = 0; round < 3; round++) expect(await codeOf(verifier.verify(token))).toBe('key_unknown')
    keys = importKeys({ keys: [key.publicJwk] })
    for (let uses = 0; uses < 2; uses++) expect(await codeOf(verifier.verify(token))).toBe('accepted')
    keys = []
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
  })

  it('DOS-2: is not kept for a stranger: refused tokens take no place', async () => {
    const verifier = createVerifier({ ...options, cache: { maxEntries: 1 } })
    const cached: boolean[] = []
    verifier.subscribe((event) => event.type === 'accepted' && cached.push(event.cached))
    const token = await mint(key)
    const stranger = makeKey('ES256')
    for (let uses = 0; uses < 2; uses++) await verifier.verify(token)
    for (let index = 0; index < 50; index++) {
      const forged = mintRaw(stranger, '{"alg":"ES256"}', JSON.stringify(goodClaims({ jti: `${index}` })))
      await codeOf(verifier.verify(forged))
      await codeOf(verifier.verify(await mint(key, goodClaims({ aud: `${index}` }))))
      // Nor do tokens that pass once.
      await verifier.verify(await mint(key, goodClaims({ jti: `${index}` })))
    }
    cached.length = 0
    await verifier.verify(token)
    expect(cached).toEqual([true])
  })

  it('DOS-2: makes place for others when there are too many, or they take too many bytes', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 40 }, (_, index) => mint(key, goodClaims({ jti: `${index}`, text: 'x'.repeat(2000) }))),
    )
    for (const [cache, most] of [
      [{ maxEntries: 10 }, 10],
      [{ maxBytes: 65_536 }, 6],
    ] as const) {
      const verifier = createVerifier({ ...options, cache })
      for (const token of tokens.flatMap((one) => [one, one])) await verifier.verify(token)
      let kept = 0
      verifier.subscribe((event) => {
        if (event.type === 'accepted' && event.cached) kept++
      })
      // From the newest on, so that looking does not put out what is looked for.
      for (const token of tokens.toReversed().slice(0, most)) await verifier.verify(token)
      expect(kept).toBeGreaterThan(0)
      expect(kept).toBeLessThanOrEqual(most)
      await verifier.verify(tokens[0]!)
      expect(kept).toBeLessThanOrEqual(most)
    }
  })
})
