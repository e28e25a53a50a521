import { JwksUnavailableError } from '@sallyport/jwks'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { EventStream } from './events.ts'
import { createFakeJwks } from './fake-jwks.test.support.ts'
import { AccessTokenError, createVerifier, type VerifierEvent, type VerifierOptions } from './index.ts'
import { audience, codeOf, encrypt, goodClaims, issuer, makeKey, mint, mintRaw } from './mint.test.support.ts'

const key = makeKey('ES256')
const secret = Buffer.alloc(32, 7)
const options = {
  issuer,
  audience,
  jwks: { keys: [key.publicJwk] },
  decryption: { keys: [{ kty: 'oct', k: secret.toString('base64url'), alg: 'dir' }] },
} as const

function observed() {
  const events: VerifierEvent[] = []
  const verifier = createVerifier(options)
  const end = verifier.subscribe((event) => events.push(event))
  return { verifier, events, end }
}

describe('EventStream', () => {
  const event: VerifierEvent = { type: 'refused', code: 'token_expired', durationMs: 1 }

  it('tells every listener each event, until its subscription ends', () => {
    const stream = new EventStream()
    const told: string[] = []
    expect(stream.hasSubscribers).toBe(false)
    const endOne = stream.subscribe(() => told.push('one'))
    const endTwo = stream.subscribe(() => told.push('two'))
    stream.emit(event)
    endOne()
    endOne()
    stream.emit(event)
    endTwo()
    stream.emit(event)
    expect(told).toEqual(['one', 'two', 'two'])
    expect(stream.hasSubscribers).toBe(false)
  })

  it('tells the others when one throws, or ends its subscription meanwhile', () => {
    const stream = new EventStream()
    const told: string[] = []
    const end = stream.subscribe(() => {
      end()
      throw new Error('listener')
    })
    stream.subscribe(() => told.push('told'))
    stream.emit(event)
    stream.emit(event)
    expect(told).toEqual(['told', 'told'])
  })
})

describe('the events of a verifier', () => {
  it('tell what was accepted, of a signed and of an encrypted token', async () => {
    const { verifier, events } = observed()
    const token = await mint(key)
    for (let uses = 0; uses < 3; uses++) await verifier.verify(token)
    await verifier.authenticate({ method: 'GET', url: '/', rawHeaders: ['authorization', `Bearer ${token}`] })
    await verifier.verify(await encrypt(token, secret))
    const accepted = { type: 'accepted', issuer, keyId: key.kid, algorithm: 'ES256', durationMs: expect.any(Number) }
    expect(events).toEqual([false, false, true, true, false].map((cached) => ({ ...accepted, cached })))
  })

  it('are told to a listener as often as it subscribed, and never end the process when it is async and fails', async () => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [key.publicJwk] } })
    let heard = 0
    // Typed as one that answers nothing, as JavaScript lets it be given.
    const listener = (async () => {
      heard++
      throw new Error('listener')
    }) as unknown as () => void
    const ends = [verifier.subscribe(listener), verifier.subscribe(listener)]
    expect(await codeOf(verifier.verify('x'))).toBe('token_malformed')
    ends[0]?.()
    expect(await codeOf(verifier.verify('x'))).toBe('token_malformed')
    expect(heard).toBe(3)
  })

  it('tell that a request had no credential', async () => {
    const { verifier, events } = observed()
    await codeOf(verifier.authenticate({ method: 'GET', url: '/', rawHeaders: [] }))
    expect(events).toEqual([{ type: 'refused', code: 'credential_missing', durationMs: expect.any(Number) }])
  })

  it('tell the reason of a refusal, what was expected, and what came instead', async () => {
    const { verifier, events } = observed()
    const detailOf = async (token: string) => {
      events.length = 0
      await codeOf(verifier.verify(token))
      return events[0]
    }
    expect(await detailOf(await mint(key, goodClaims({ iss: 'https://as.example/' })))).toMatchObject({
      code: 'issuer_refused',
      reason: 'iss differs from a configured issuer by a trailing slash only',
      expected: issuer,
      received: 'https://as.example/',
    })
    expect(await detailOf(await mint(key, goodClaims({ aud: ['x', 'y'] })))).toMatchObject({
      code: 'audience_refused',
      expected: audience,
      received: 'x y',
    })
    expect(await detailOf(await mint(key, goodClaims(), { typ: 'id+jwt' }))).toMatchObject({
      code: 'token_type_refused',
      expected: 'at+jwt jwt',
      received: 'id+jwt',
    })
    expect(await detailOf(mintRaw(key, '{"alg":"none"}', '{}'))).toMatchObject({
      code: 'algorithm_refused',
      received: 'none',
    })
    expect(await detailOf(await mint(key, goodClaims({ sub: 7 })))).toMatchObject({
      code: 'claim_invalid',
      reason: 'the claim sub is not a string',
    })
    expect(await detailOf(await mint(key, goodClaims({ exp: undefined })))).toMatchObject({
      code: 'claim_missing',
      reason: 'the claim exp is missing',
    })
  })

  it('LOG-3: tell nothing that could break a log line or a terminal', async () => {
    const { verifier, events } = observed()
    const evil = 'x\r\n\u001b[2J\u202e\u2028\u0000'
    for (const token of [
      await mint(key, goodClaims({ iss: evil })),
      await mint(key, goodClaims({ aud: [evil, evil] })),
      await mint(key, goodClaims(), { typ: evil }),
      mintRaw(key, JSON.stringify({ alg: evil }), '{}'),
      mintRaw(key, JSON.stringify({ alg: 'ES256', kid: evil }), JSON.stringify(goodClaims())),
      await encrypt(await mint(key), secret, { cty: evil }),
      `${Buffer.from(JSON.stringify({ alg: evil, enc: 'A256GCM' })).toString('base64url')}....`,
      `${Buffer.from(JSON.stringify({ alg: 'dir', enc: evil })).toString('base64url')}....`,
      evil,
    ]) {
      expect(await codeOf(verifier.verify(token))).not.toBe('accepted')
    }
    expect(events).toHaveLength(9)
    for (const event of events) for (const text of Object.values(event)) expect(String(text)).toMatch(/^[\x20-\x7e…]*$/)
  })

  it('CHAL-8, LOG-1: tell of a failed decryption that it failed, and no more', async () => {
    const { verifier, events } = observed()
    const token = await encrypt(await mint(key), secret)
    const segments = token.split('.')
    const changed = (index: number) =>
      segments.with(index, Buffer.alloc([0, 0, 12, 100, 16][index]!).toString('base64url'))
    const other = await encrypt(await mint(key), Buffer.alloc(32, 8))
    const unknown = await encrypt(await mint(key), Buffer.alloc(32, 8), { kid: 'unknown' })
    const errors = await Promise.all(
      [...[2, 3, 4].map((index) => changed(index).join('.')), other, unknown].map((bad) =>
        verifier.verify(bad).then(
          () => expect.unreachable(),
          (error: AccessTokenError) => error,
        ),
      ),
    )
    expect(new Set(errors.map((error) => JSON.stringify([error, error.message]))).size).toBe(1)
    for (const event of events) {
      expect(event).toEqual({ type: 'refused', code: 'decryption_failed', durationMs: expect.any(Number) })
    }
    expect(events).toHaveLength(5)
  })

  it('tell what the keys of an issuer do, while somebody listens', async () => {
    const { jwks, listeners } = createFakeJwks(() => {
      throw new JwksUnavailableError('down', 1)
    })
    const verifier = createVerifier({ issuer, audience, jwks })
    const events: VerifierEvent[] = []
    const end = verifier.subscribe((event) => {
      events.push(event)
      throw new Error('listener')
    })
    const event = { type: 'cooldown', fetchInMs: 7 } as never
    for (const listener of listeners) listener(event)
    expect(events).toEqual([{ type: 'keys', issuer, event }])
    end()
    expect(listeners.size).toBe(0)
  })

  it('are none for whom nobody listens: nothing is measured', async () => {
    const { verifier, events, end } = observed()
    end()
    const token = await mint(key)
    const clock = vi.spyOn(performance, 'now')
    onTestFinished(() => clock.mockRestore())
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    expect(await codeOf(verifier.verify('x'))).toBe('token_malformed')
    expect(events).toEqual([])
    expect(clock).not.toHaveBeenCalled()
  })

  it('are none for a bug of the application, which is no refusal', async () => {
    const bug = new TypeError('bug')
    const predicate = () => {
      throw bug
    }
    const verifier = createVerifier({ issuer, audience, jwks: options.jwks, claimPredicates: { sub: predicate } })
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))
    await expect(verifier.verify(await mint(key))).rejects.toBe(bug)
    expect(events).toEqual([])
  })

  it('tell of a token that no key has signed no key, whether it comes alone, with others, or again', async () => {
    const validate = async (value: unknown) => ({ value })
    const claims = { '~standard': { version: 1, vendor: 'test', validate } } as const
    const decryption = { ...options.decryption, acceptUnsigned: true }
    const verifier = createVerifier({ ...options, decryption, claims })
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))
    const token = await encrypt(goodClaims(), secret)
    await Promise.all([verifier.verify(token), verifier.verify(token)])
    await verifier.verify(token)
    const accepted = { type: 'accepted', issuer, keyId: undefined, algorithm: 'dir', durationMs: expect.any(Number) }
    expect(events).toEqual([false, true, true].map((cached) => ({ ...accepted, cached })))
  })
})

describe('the duration in an event', () => {
  const schemaThat = (validate: (value: unknown) => unknown) =>
    ({ '~standard': { version: 1, vendor: 'test', validate } }) as never

  it.each<[string, (ms: number) => Partial<VerifierOptions>]>([
    [
      'at once',
      (ms) => ({
        claimPredicates: {
          sub: (value) => {
            vi.advanceTimersByTime(ms)
            return value === 'user-1'
          },
        },
      }),
    ],
    [
      'later',
      (ms) => ({
        claims: schemaThat(async (value) => {
          vi.advanceTimersByTime(ms)
          return (value as { sub: string }).sub === 'user-1' ? { value } : { issues: [] }
        }),
      }),
    ],
  ])('is what the verification took, in milliseconds, where it is decided %s', async (_, takes) => {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    vi.advanceTimersByTime(1_000)
    const verifier = createVerifier({ ...options, ...takes(7) } as VerifierOptions)
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))
    expect(await codeOf(verifier.verify(await mint(key)))).toBe('accepted')
    expect(await codeOf(verifier.verify(await mint(key, goodClaims({ sub: 'user-2' }))))).toBe('claim_invalid')
    expect(events).toMatchObject([
      { type: 'accepted', durationMs: 7 },
      { type: 'refused', durationMs: 7 },
    ])
  })
})
