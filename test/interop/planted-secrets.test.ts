import { inspect } from 'node:util'
import {
  AccessTokenError,
  createVerifier,
  toChallenge,
  type VerifierEvent,
  type VerifierOptions,
} from '@sallyport/core'
import { getAuth, protect, requireScopes } from '@sallyport/express'
import {
  createTestIssuer,
  startTestIssuer,
  type TestAuthority,
  wrongEncryptedTokens,
  wrongTokens,
  type WrongTokenKind,
} from '@sallyport/testing'
import express, { type ErrorRequestHandler } from 'express'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startLoopbackServer } from './loopback-server.ts'

// LOG-1: what is planted in a token, a cookie or a key is found nowhere afterwards.

/** Claims that nobody may see; `iss`, `aud` and the like are told to events on purpose. */
const planted = {
  sub: 'planted-subject',
  jti: 'planted-token-id',
  client_id: 'planted-client',
  email: 'planted@mail.example',
  nested: { 'planted-name': ['planted-value'] },
}

const kinds = [...Object.keys(wrongTokens), ...Object.keys(wrongEncryptedTokens)] as WrongTokenKind[]

/** Every part of a token that is long enough to be searched for. */
const partsOf = (token: string) => [token, ...token.split('.').filter((part) => part.length > 12)]

/** A JWS of anything, with a signature that is none. */
const segments = (header: unknown, payload: unknown) =>
  [JSON.stringify(header), JSON.stringify(payload), 'x'.repeat(64)]
    .map((text) => Buffer.from(text).toString('base64url'))
    .join('.')

/** All that can be read off a value: members that are not enumerable too, and what printing it shows. */
function textOf(value: unknown): string {
  return [
    inspect(value, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    JSON.stringify(value),
    value instanceof Error ? `${value.message} ${value.stack} ${inspect(value.cause)}` : '',
  ].join('\n')
}

function expectNothingPlanted(where: string, value: unknown, secrets: readonly string[]): void {
  const text = textOf(value)
  expect(text, where).not.toMatch(/planted/i)
  for (const secret of secrets) expect(text.includes(secret), `${where} has ${secret.slice(0, 20)}`).toBe(false)
}

/** Values of a JWK that are secret. */
const secretsOf = (options: { decryption?: { keys: readonly object[] } }) =>
  (options.decryption?.keys ?? []).flatMap((jwk) =>
    Object.entries(jwk).flatMap(([name, value]) => (['k', 'd'].includes(name) ? [String(value)] : [])),
  )

async function mintAll(as: TestAuthority): Promise<{ kind: string; token: string }[]> {
  return Promise.all(kinds.map(async (kind) => ({ kind, token: await as.mint({ wrong: kind, claims: planted }) })))
}

let printed: string[]
beforeEach(() => {
  printed = []
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, name).mockImplementation((...args) => void printed.push(args.map(textOf).join(' ')))
  }
})
afterEach(() => vi.restoreAllMocks())

describe('wrong tokens', () => {
  it.each(['dir', 'ECDH-ES+A256KW', 'RSA-OAEP-256'] as const)(
    'LOG-1: leave nothing in an error, an event, a challenge or on the console (%s)',
    async (alg) => {
      const as = await createTestIssuer({ encrypted: { alg } })
      const secrets = secretsOf(as.verifierOptions)
      const options = [
        as.verifierOptions,
        { ...as.verifierOptions, profile: 'rfc9068' as const },
        { ...as.verifierOptions, cache: false as const },
        { ...as.verifierOptions, claimPredicates: { email: () => false } },
        { ...as.verifierOptions, decryption: undefined },
      ]
      const tokens = await mintAll(as)
      for (const one of options) {
        const verifier = createVerifier(one as VerifierOptions)
        const events: VerifierEvent[] = []
        verifier.subscribe((event) => events.push(event))
        for (const { kind, token } of tokens) {
          const known = [...secrets, ...partsOf(token)]
          for (const run of [
            () => verifier.verify(token),
            () => verifier.authenticate({ method: 'GET', url: '/', rawHeaders: ['authorization', `Bearer ${token}`] }),
          ]) {
            events.length = 0
            const error: unknown = await run().catch((thrown: unknown) => thrown)
            expect(error, kind).toBeInstanceOf(AccessTokenError)
            expect(events, kind).toHaveLength(1)
            expectNothingPlanted(`the error of ${kind}`, error, known)
            expectNothingPlanted(`the event of ${kind}`, events, known)
            expectNothingPlanted(`the challenge of ${kind}`, toChallenge(error as AccessTokenError), known)
          }
        }
        expectNothingPlanted('the state', [verifier.inspect(), verifier], secrets)
      }
      expect(printed).toEqual([])
    },
  )

  it('LOG-1: and good ones leave nothing in an event either', async () => {
    const as = await createTestIssuer({ encrypted: true })
    const verifier = createVerifier(as.verifierOptions)
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))
    const token = await as.mint({ claims: planted })
    await verifier.verify(token)
    await verifier.verify(token)
    expect(events).toHaveLength(2)
    expectNothingPlanted('the events', events, partsOf(token))
  })

  it('LOG-1: that are no tokens at all, but secrets in the wrong place, leave nothing', async () => {
    const as = await createTestIssuer()
    const verifier = createVerifier({ ...as.verifierOptions, cookie: 'session' })
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))
    const secret = 'planted-secret'
    for (const rawHeaders of [
      ['authorization', `Bearer ${secret}`],
      ['authorization', `Bearer ${secret} x`],
      ['authorization', `Bearer ${secret}, Bearer ${secret}`],
      ['authorization', `Bearer ${secret}`, 'authorization', `Basic ${secret}`],
      ['cookie', `session=${secret}`],
      ['cookie', `session=${secret}; session=${secret}`],
      ['cookie', `session=${secret}`, 'authorization', `Bearer ${secret}`],
      ['authorization', `Bearer ${secret}.${secret}.${secret}`],
      ['authorization', `Bearer ${secret.repeat(2000)}`],
      ['authorization', `Bearer ${segments({ alg: 'ES256', crit: [secret], [secret]: secret }, { [secret]: secret })}`],
      ['authorization', `Bearer ${segments({ alg: 'ES256', kid: { [secret]: secret } }, {})}`],
      ['authorization', `Bearer ${segments({ alg: 'ES256', x: secret }, secret)}`],
      ['authorization', `Bearer ${segments(secret, secret)}`],
      ['authorization', `Bearer ${segments({ alg: 'ES256' }, { iss: { [secret]: secret } })}`],
    ]) {
      const error: unknown = await verifier
        .authenticate({ method: 'POST', url: `/?access_token=${secret}`, rawHeaders })
        .catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(AccessTokenError)
      expectNothingPlanted('the error', error, [])
      expectNothingPlanted('the challenge', toChallenge(error as AccessTokenError), [])
    }
    expectNothingPlanted('the events', events, [])
    expect(events).toHaveLength(14)
  })
})

describe('an API over HTTP', () => {
  it('LOG-1: tells nothing in a response, to its error handlers, in events, or on the console', async () => {
    const as = await startTestIssuer({ encrypted: true })
    onTestFinished(() => as.close())
    const seen: unknown[] = []
    const app = express()
    const verifier = createVerifier(as.verifierOptions)
    verifier.subscribe((event) => seen.push(event))
    app.use(protect(verifier))
    app.get(
      '/',
      requireScopes('reports:read'),
      (req, res) => void res.json({ ok: getAuth(req).hasScope('reports:read') }),
    )
    app.use(((error, _, __, next) => {
      seen.push(error)
      next(error)
    }) satisfies ErrorRequestHandler)
    const server = await startLoopbackServer(app)
    onTestFinished(() => server.close())
    const parts: string[] = secretsOf(as.verifierOptions)
    for (const { kind, token } of [
      ...(await mintAll(as)),
      { kind: 'no scope', token: await as.mint({ claims: planted }) },
    ]) {
      parts.push(...partsOf(token))
      const response = await fetch(server.origin, { headers: { authorization: `Bearer ${token}` } })
      expect(response.status, kind).toBeGreaterThanOrEqual(401)
      seen.push([...response.headers], await response.text())
    }
    expect(seen.length).toBeGreaterThan(4 * kinds.length)
    for (const value of seen) expectNothingPlanted('what was seen', value, parts)
    expect(printed).toEqual([])
  })
})
