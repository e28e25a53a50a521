import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createFakeJwks } from './fake-jwks.test.support.ts'
import { createVerifier, type IssuerOptions, type VerifierEvent } from './index.ts'
import { serve } from './loopback.test.support.ts'
import { audience, codeOf, goodClaims, issuer, makeKey, mint, mintRaw } from './mint.test.support.ts'

const key = makeKey('ES256')
const jwks = { keys: [key.publicJwk] }
const mintFrom = (iss: unknown) => mint(key, goodClaims({ iss }))
const optionsOf = (name: string): IssuerOptions => ({ issuer: name, audience, jwks })

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Stops the clocks, the monotonic one that caches go by too; the function given back advances them. */
function stopClocks(): (ms: number) => void {
  let monotonic = performance.now()
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  vi.spyOn(performance, 'now').mockImplementation(() => monotonic)
  return (ms) => {
    monotonic += ms
    vi.advanceTimersByTime(ms)
  }
}

/** Claims signed by nobody: which issuer is selected is decided before. */
const unsignedFrom = (iss: unknown) =>
  `${mintRaw(key, '{"alg":"ES256"}', JSON.stringify(goodClaims({ iss }))).replace(/[^.]*$/, '')}${'A'.repeat(86)}`

describe('configured issuers', () => {
  const names = [
    'https://as.example',
    'https://as.example/',
    'https://as.example/tenant',
    'urn:as',
    '__proto__',
    'length',
  ]
  const keys = names.map((_, index) => makeKey('ES256', `k${index}`))
  const verifier = createVerifier({
    issuers: names.map((name, index) => ({
      issuer: name,
      audience: `${audience}/${index}`,
      jwks: { keys: [keys[index]!.publicJwk] },
    })),
  })
  const mintBy = (by: number, from: number, to = from) =>
    mint(keys[by]!, goodClaims({ iss: names[from], aud: `${audience}/${to}` }))

  it('CLAIM-1: are told apart code point for code point, each with its own keys and audience', async () => {
    for (const from of names.keys()) {
      for (const by of names.keys()) {
        const verdict = by === from ? 'accepted' : 'key_unknown'
        expect(await codeOf(verifier.verify(await mintBy(by, from))), `${names[from]} by ${names[by]}`).toBe(verdict)
      }
      expect((await verifier.verify(await mintBy(from, from))).issuer).toBe(names[from])
      const other = (from + 1) % names.length
      expect(await codeOf(verifier.verify(await mintBy(from, from, other)))).toBe('audience_refused')
    }
  })

  it('CLAIM-1: are told apart where a key id is the same in both', async () => {
    const [one, other] = [makeKey('ES256', 'same'), makeKey('ES256', 'same')]
    const both = createVerifier({
      issuers: [
        { issuer: 'urn:one', audience, jwks: { keys: [one.publicJwk] } },
        { issuer: 'urn:other', audience, jwks: { keys: [other.publicJwk] } },
      ],
    })
    expect(await codeOf(both.verify(await mint(one, goodClaims({ iss: 'urn:one' }))))).toBe('accepted')
    expect(await codeOf(both.verify(await mint(one, goodClaims({ iss: 'urn:other' }))))).toBe('signature_invalid')
    expect(await codeOf(both.verify(await mint(one, goodClaims({ iss: 'urn:other' }), { kid: undefined })))).toBe(
      'signature_invalid',
    )
  })

  it.each([
    'https://as.example//',
    'https://AS.example',
    'HTTPS://as.example',
    'https://as.example:443',
    'https://as.example/%74enant',
    'https://as.example/Tenant',
    'https://as.example/tenant/',
    'https://as.example#',
    'https://as.example?x',
    ' https://as.example',
    'https://as.example\0',
    'https://as.examp\u200ble',
    'https://\u0430s.example',
    'constructor',
    'toString',
    '',
    'x'.repeat(10_000),
  ])('CLAIM-1: are no others, for example %j', async (iss) => {
    const verdict = await codeOf(verifier.verify(await mint(keys[0]!, goodClaims({ iss, aud: `${audience}/0` }))))
    expect(verdict).toBe('issuer_refused')
  })

  it('CLAIM-9: no token makes anybody fetch anything from an issuer that is not configured', async () => {
    const requests: string[] = []
    const origin = await serve((req, res) => {
      requests.push(req.url ?? '')
      res.end(JSON.stringify({ issuer: origin, jwks_uri: `${origin}/jwks`, keys: [key.publicJwk] }))
    })
    const own = createVerifier({ issuer, audience, jwks })
    for (const iss of [origin, `${origin}/`, `${origin}/tenant`]) {
      expect(await codeOf(own.verify(await mintFrom(iss)))).toBe('issuer_refused')
    }
    expect(requests).toEqual([])
  })
})

describe('issuers that a resolver accepts', () => {
  it('CLAIM-9: are verified like configured ones, each with its own keys', async () => {
    const other = makeKey('ES256', 'other')
    const verifier = createVerifier({
      issuers: [optionsOf(issuer)],
      resolveIssuer: (iss) =>
        iss === 'urn:two' ? { issuer: iss, audience, jwks: { keys: [other.publicJwk] } } : undefined,
    })
    expect(await codeOf(verifier.verify(await mintFrom(issuer)))).toBe('accepted')
    expect(await codeOf(verifier.verify(await mint(other, goodClaims({ iss: 'urn:two' }))))).toBe('accepted')
    expect(await codeOf(verifier.verify(await mintFrom('urn:two')))).toBe('key_unknown')
    expect(await codeOf(verifier.verify(await mintFrom('urn:three')))).toBe('issuer_refused')
    expect(verifier.inspect().map(({ issuer: name }) => name)).toEqual([issuer, 'urn:two'])
  })

  it('CLAIM-9: are never asked for when they are configured, no string, or over 2,048 characters', async () => {
    const asked: string[] = []
    const verifier = createVerifier({
      issuers: [optionsOf(issuer)],
      resolveIssuer: (iss) => void asked.push(iss),
    })
    expect(await codeOf(verifier.verify(await mintFrom(issuer)))).toBe('accepted')
    expect(await codeOf(verifier.verify(await mintFrom(undefined)))).toBe('claim_missing')
    for (const iss of [null, 7, {}, ['urn:x']]) {
      expect(await codeOf(verifier.verify(await mintFrom(iss)))).toBe('claim_invalid')
    }
    expect(await codeOf(verifier.verify(unsignedFrom('x'.repeat(2049))))).toBe('issuer_refused')
    expect(asked).toEqual([])
    expect(await codeOf(verifier.verify(unsignedFrom('x'.repeat(2048))))).toBe('issuer_refused')
    expect(asked).toEqual(['x'.repeat(2048)])
  })

  it('CLAIM-9: are asked for again after 30 s where they were refused, and after 300 s where accepted', async () => {
    const advance = stopClocks()
    const asked: string[] = []
    const verifier = createVerifier({
      cache: false,
      resolveIssuer: (iss) => {
        asked.push(iss)
        return iss === 'urn:good' ? optionsOf(iss) : undefined
      },
    })
    const askedAfter = async (ms: number, iss: string) => {
      advance(ms)
      const before = asked.length
      await codeOf(verifier.verify(unsignedFrom(iss)))
      return asked.length > before
    }
    expect(await askedAfter(0, 'urn:bad')).toBe(true)
    expect(await askedAfter(29_000, 'urn:bad')).toBe(false)
    expect(await askedAfter(2_000, 'urn:bad')).toBe(true)
    expect(await askedAfter(0, 'urn:good')).toBe(true)
    expect(await askedAfter(299_000, 'urn:good')).toBe(false)
    expect(await askedAfter(2_000, 'urn:good')).toBe(true)
  })

  it('JOSE-13: of which one is refused later void the tokens that were remembered', async () => {
    const advance = stopClocks()
    let isAccepted = true
    const verifier = createVerifier({ resolveIssuer: (iss) => (isAccepted ? optionsOf(iss) : undefined) })
    const token = await mint(key, goodClaims({ exp: Math.floor(Date.now() / 1000) + 3600 }))
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    isAccepted = false
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    advance(301_000)
    expect(await codeOf(verifier.verify(token))).toBe('issuer_refused')
  })

  it('CLAIM-9, DOS-2: are kept up to 1,000, and refusals too', async () => {
    let asked = 0
    const verifier = createVerifier({
      resolveIssuer: (iss) => {
        asked++
        return iss.startsWith('urn:good') ? optionsOf(iss) : undefined
      },
    })
    for (const kind of ['urn:good', 'urn:bad']) {
      for (let index = 0; index <= 1000; index++) await codeOf(verifier.verify(unsignedFrom(`${kind}:${index}`)))
      asked = 0
      await codeOf(verifier.verify(unsignedFrom(`${kind}:1000`)))
      expect(asked).toBe(0)
      await codeOf(verifier.verify(unsignedFrom(`${kind}:0`)))
      expect(asked).toBe(1)
    }
    expect(verifier.inspect()).toHaveLength(1000)
  })

  it('CLAIM-9, DOS-2: are asked for once at a time, and for 1,024 at most', async () => {
    // However long this takes here: nobody has waited too long.
    stopClocks()
    const answers: (() => void)[] = []
    const verifier = createVerifier({
      resolveIssuer: (iss) => new Promise((resolve) => answers.push(() => resolve(optionsOf(iss)))),
    })
    const waiting = Array.from({ length: 1024 }, (_, index) => codeOf(verifier.verify(unsignedFrom(`urn:${index}`))))
    const again = codeOf(verifier.verify(unsignedFrom('urn:7')))
    expect(answers).toHaveLength(1024)
    await expect(verifier.verify(unsignedFrom('urn:one-more'))).rejects.toMatchObject({
      code: 'verifier_overloaded',
      status: 503,
    })
    for (const answer of answers.splice(0)) answer()
    expect(new Set(await Promise.all([...waiting, again]))).toEqual(new Set(['signature_invalid']))
    const next = codeOf(verifier.verify(unsignedFrom('urn:one-more')))
    answers[0]?.()
    expect(await next).toBe('signature_invalid')
  })

  it.each<[string, (iss: string) => unknown]>([
    ['throws', () => expect.unreachable('database')],
    ['rejects', () => Promise.reject(new Error('database'))],
    ['gives options of another issuer', () => optionsOf('urn:another')],
    ['gives wrong options', (iss) => ({ ...optionsOf(iss), audience: 7 })],
    ['gives options that there are not', (iss) => ({ ...optionsOf(iss), audiance: audience })],
    ['gives something else', () => 'yes'],
  ])('CLAIM-9: are 503 when the resolver %s, and asked for again', async (_, resolve) => {
    let answer: (iss: string) => unknown = resolve
    const verifier = createVerifier({ resolveIssuer: ((iss: string) => answer(iss)) as never })
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))
    const token = await mintFrom('urn:one')
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'keys_unavailable', status: 503 })
    expect(events).toMatchObject([{ type: 'refused', code: 'keys_unavailable' }])
    answer = optionsOf
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
  })

  it.each([undefined, null])(
    'CLAIM-9: are refused when the resolver gives %s, and not asked for again soon',
    async (answer) => {
      let asked = 0
      const verifier = createVerifier({ resolveIssuer: (() => (asked++, answer)) as never })
      const token = await mintFrom('urn:one')
      for (let round = 0; round < 3; round++) expect(await codeOf(verifier.verify(token))).toBe('issuer_refused')
      expect(asked).toBe(1)
    },
  )

  it('DOS-4: are 503 when the resolver does not answer, and asked for again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    let answer: (iss: string) => unknown = () => new Promise(() => {})
    const verifier = createVerifier({ resolveIssuer: ((iss: string) => answer(iss)) as never })
    const token = await mintFrom('urn:one')
    const verdicts = [token, token, await mintFrom('urn:one')].map((one) => codeOf(verifier.verify(one)))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await Promise.all(verdicts)).toEqual(['keys_unavailable', 'keys_unavailable', 'keys_unavailable'])
    answer = optionsOf
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
  })

  it('are listened to from when they are accepted, and no longer when they are asked for again', async () => {
    const advance = stopClocks()
    const sources = [createFakeJwks(), createFakeJwks()]
    let current = 0
    const verifier = createVerifier({
      resolveIssuer: (iss) => ({ issuer: iss, audience, jwks: sources[current]!.jwks }),
    })
    const end = verifier.subscribe(() => {})
    const token = unsignedFrom('urn:one')
    await codeOf(verifier.verify(token))
    expect(sources.map(({ listeners }) => listeners.size)).toEqual([1, 0])
    advance(301_000)
    current = 1
    await codeOf(verifier.verify(token))
    expect(sources.map(({ listeners }) => listeners.size)).toEqual([0, 1])
    end()
    expect(sources.map(({ listeners }) => listeners.size)).toEqual([0, 0])
  })
})
