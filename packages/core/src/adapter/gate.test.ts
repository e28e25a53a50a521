import { JwksUnavailableError } from '@sallyport/jwks'
import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../configuration-error.ts'
import { AccessTokenError } from '../error.ts'
import { createFakeJwks } from '../fake-jwks.test.support.ts'
import { createVerifier, type ProtectedRequest } from '../index.ts'
import { audience, codeOf, encrypt, goodClaims, issuer, makeKey, mint } from '../mint.test.support.ts'
import { answerTo, authenticationOf, createGate, type Gate, optionalAuthenticationOf } from './index.ts'

const key = makeKey('ES256')
const options = { issuer, audience, jwks: { keys: [key.publicJwk] } } as const

const requestWith = (...rawHeaders: string[]): ProtectedRequest => ({ method: 'GET', url: '/', rawHeaders })
const withToken = (token: string) => requestWith('Authorization', `Bearer ${token}`)
const admit = (gate: Gate, request: ProtectedRequest) => codeOf((async () => gate.admit(request))())

describe('a gate', () => {
  it('admits a request with a good token, and gives its authentication to whoever asks later', async () => {
    const gate = createGate(options)
    const request = withToken(await mint(key))
    const authentication = await gate.admit(request)
    expect(authentication?.subject).toBe('user-1')
    expect(authenticationOf(request)).toBe(authentication)
    expect(optionalAuthenticationOf(request)).toBe(authentication)
  })

  it('answers at once where nothing has to be waited for', async () => {
    const gate = createGate({ ...options, verifyOn: 'main-thread' })
    expect(gate.admit(withToken(await mint(key)))).toMatchObject({ subject: 'user-1' })
    expect(() => gate.admit(requestWith())).toThrow(AccessTokenError)
  })

  it('takes a verifier that was made before, and shares what it remembers', async () => {
    const verifier = createVerifier(options)
    const token = await mint(key)
    await verifier.verify(token)
    const authentication = await verifier.verify(token)
    expect(createGate(verifier).verifier).toBe(verifier)
    expect(await createGate(verifier).admit(withToken(token))).toBe(authentication)
    expect(createGate(verifier, { optional: true }).admit(requestWith())).toBeUndefined()
  })

  it('POLICY-1: gives what it admitted as its own, and nothing that another verifier admitted', async () => {
    const [gate, sibling] = [createGate(createVerifier(options)), createGate(createVerifier(options))]
    const request = withToken(await mint(key))
    const authentication = await gate.admit(request)
    expect(authenticationOf(request, gate.verifier)).toBe(authentication)
    expect(optionalAuthenticationOf(request, createGate(gate.verifier).verifier)).toBe(authentication)
    expect(() => authenticationOf(request, sibling.verifier)).toThrow('Another protect() admitted this request')
    expect(() => optionalAuthenticationOf(request, sibling.verifier)).toThrow('Another protect()')
  })

  it.each<[string, unknown, (object | null)?]>([
    ['optional', { ...options, optional: 'yes' }],
    ['optional', createVerifier(options), { optional: 1 }],
    ['audience', { issuer }],
    ['issuer', {}],
    ['options', undefined],
    ['options', null],
    ['optionals', { ...options, optionals: true }],
    ['verifier', { authenticate: () => ({ subject: 'admin' }) }],
    ['protectOptions.optinal', options, { optinal: true }],
    ['protectOptions', options, null],
  ])('is not made with a wrong option: %s', (option, input, protectOptions) => {
    const make = () => createGate(input as never, protectOptions as never)
    expect(make).toThrow(ConfigurationError)
    expect(make).toThrow(expect.objectContaining({ option }))
  })
})

it('a gate says what it takes in the place of a verifier that is not ours', () => {
  expect(() => createGate({ authenticate: () => ({ subject: 'admin' }) } as never)).toThrow(
    'verifier: got another object with authenticate(), takes options, or what createVerifier of the same copy of ' +
      '@sallyport/core made',
  )
})

describe('optional: true', () => {
  const gate = createGate({ ...options, optional: true, cookie: 'at' })
  const [strict] = [createGate({ ...options, cookie: 'at' })]

  it('CRED-7: lets a request without a credential pass, without an authentication', async () => {
    for (const request of [
      requestWith(),
      requestWith('Authorization', 'Basic dTpw'),
      requestWith('Cookie', 'other=x'),
      requestWith('X-Authorization', 'Bearer x'),
    ]) {
      expect(gate.admit(request)).toBeUndefined()
      expect(optionalAuthenticationOf(request)).toBeUndefined()
      expect(() => authenticationOf(request)).toThrow(expect.objectContaining({ code: 'credential_missing' }))
      expect(await admit(strict, request)).toBe('credential_missing')
    }
  })

  it('CRED-7: refuses a bad credential, whatever is bad about it', async () => {
    const good = await mint(key)
    const secret = Buffer.alloc(32)
    for (const [code, request] of [
      ['credential_malformed', requestWith('Authorization', 'Bearer')],
      ['credential_malformed', requestWith('Authorization', 'Bearer a b')],
      ['credential_ambiguous', requestWith('Authorization', `Bearer ${good}`, 'Authorization', `Bearer ${good}`)],
      ['credential_ambiguous', requestWith('Authorization', `Bearer ${good}`, 'Cookie', `at=${good}`)],
      ['credential_malformed', requestWith('Cookie', 'at=')],
      ['token_malformed', withToken('x')],
      ['token_too_large', withToken('x'.repeat(20_000))],
      ['signature_invalid', withToken(`${good.slice(0, -8)}AAAAAAAA`)],
      ['token_expired', withToken(await mint(key, goodClaims({ exp: 1 })))],
      ['audience_refused', withToken(await mint(key, goodClaims({ aud: 'x' })))],
      ['algorithm_refused', withToken(await encrypt(good, secret))],
      ['cross_site_request', { ...requestWith('Cookie', `at=${good}`), method: 'POST' }],
    ] as [string, ProtectedRequest][]) {
      expect(await admit(gate, request), code).toBe(code)
      expect(() => optionalAuthenticationOf(request)).toThrow(/admitted this request/)
    }
  })

  it.each([
    ['at once', false],
    ['later', true],
  ])('CRED-7: answers a fault with 503, %s', async (_, later) => {
    const { jwks } = createFakeJwks(() => {
      const error = new JwksUnavailableError('down', 3)
      if (later) return Promise.reject(error)
      throw error
    })
    const request = withToken(await mint(key))
    const faulty = createGate({ issuer, audience, jwks, optional: true })
    await expect((async () => faulty.admit(request))()).rejects.toMatchObject({ status: 503, code: 'keys_unavailable' })
    expect(() => optionalAuthenticationOf(request)).toThrow(/admitted this request/)
  })

  it('CRED-7: takes a bug in the application for no missing credential', async () => {
    const bug = createGate({
      ...options,
      optional: true,
      claimPredicates: {
        sub: () => {
          throw Object.assign(new Error('bug'), { code: 'credential_missing' })
        },
      },
    })
    await expect((async () => bug.admit(withToken(await mint(key))))()).rejects.toThrow('bug')
  })

  it('CRED-7: can be had of a strict gate too', () => {
    expect(strict.admitOptional(requestWith())).toBeUndefined()
    expect(() => strict.admit(requestWith())).toThrow(AccessTokenError)
  })
})

describe('the authentication of a request', () => {
  const gate = createGate(options)

  it('POLICY-1: is that of the verifier, whatever is put onto the request', async () => {
    const authentication = await createVerifier(options).verify(await mint(key))
    const auth = { subject: 'admin', scopes: ['admin'], claims: {}, hasScope: () => true }
    for (const planted of [{ auth }, { auth: authentication }, { state: { auth } }, { user: auth }]) {
      const request = { ...requestWith(), ...planted }
      expect(() => authenticationOf(request)).toThrow(/admitted this request/)
      expect(() => optionalAuthenticationOf(request)).toThrow(/admitted this request/)
      expect(() => authenticationOf(request)).not.toThrow(AccessTokenError)
    }
  })

  it('POLICY-1: is of that very request, and of none that looks like it', async () => {
    const request = withToken(await mint(key))
    const authentication = await gate.admit(request)
    for (const other of [withToken(await mint(key)), structuredClone(request), { ...request, rawHeaders: [] }, {}]) {
      expect(() => authenticationOf(other)).toThrow(/admitted this request/)
    }
    expect(authenticationOf(request)).toBe(authentication)
    // As frameworks wrap it.
    expect(authenticationOf(Object.create(request) as object)).toBe(authentication)
  })

  it('POLICY-1: is gone when a second gate refuses the same request', async () => {
    const request = withToken(await mint(key))
    await gate.admit(request)
    expect(authenticationOf(request).subject).toBe('user-1')
    const other = createGate({ ...options, audience: 'urn:other' })
    expect(await admit(other, request)).toBe('audience_refused')
    expect(() => authenticationOf(request)).toThrow(/admitted this request/)
  })

  it('POLICY-1: is there only when it is decided', async () => {
    let answer = (_found: []) => {}
    const { jwks } = createFakeJwks(() => new Promise((resolve) => (answer = resolve)))
    const request = withToken(await mint(key))
    const pending = admit(createGate({ issuer, audience, jwks }), request)
    expect(() => authenticationOf(request)).toThrow(/admitted this request/)
    answer([])
    expect(await pending).toBe('key_unknown')
    expect(() => authenticationOf(request)).toThrow(/admitted this request/)
  })
})

describe('the answer to a refused request', () => {
  it('CHAL-4: stands on the error too, for the error handlers of the application', async () => {
    const request = requestWith()
    const error = (() => {
      try {
        return createGate({ ...options, realm: 'reports' }).admit(request)
      } catch (thrown) {
        return thrown
      }
    })() as AccessTokenError
    const challenge = answerTo(request, error)
    expect(challenge).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="reports"' } })
    expect(error).toMatchObject({ status: 401, statusCode: 401, headers: challenge.headers, expose: true })
  })

  it('CHAL-4: has the realm of the gate that saw the request last, and none without a gate', () => {
    const request = requestWith()
    for (const realm of ['one', 'two']) {
      expect(() => createGate({ ...options, realm }).admit(request)).toThrow(AccessTokenError)
    }
    const field = (of: object) => answerTo(of, new AccessTokenError('token_expired')).headers['www-authenticate']
    expect(field(request)).toMatch(/^Bearer realm="two", error="invalid_token"/)
    expect(field({})).toMatch(/^Bearer error="invalid_token"/)
  })
})
