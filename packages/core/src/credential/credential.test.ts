import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AccessTokenError } from '../error.ts'
import { createVerifier, type ProtectedRequest } from '../index.ts'
import { audience, issuer, makeKey, mint } from '../mint.test.support.ts'
import { extractCredential, requireWellFormed } from './index.ts'

const cookie = { name: '__Host-at', origins: new Set(['https://app.example']) }
const maxTokenBytes = 64

function extract(rawHeaders: string[], options: { cookie?: typeof cookie; method?: string } = {}): string {
  try {
    const request = { method: options.method ?? 'GET', url: '/', rawHeaders }
    const credential = extractCredential(request, options.cookie, maxTokenBytes)
    requireWellFormed(credential)
    return credential.token
  } catch (error) {
    expect(error).toBeInstanceOf(AccessTokenError)
    return (error as AccessTokenError).code
  }
}

describe('the Authorization field', () => {
  it.each(['Bearer abc', 'bearer abc', 'BEARER abc', 'Bearer    abc'])('CRED-1: gives the token of "%s"', (value) => {
    expect(extract(['AUTHORIZATION', value])).toBe('abc')
  })

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a,b',
    'Bearer\tabc',
    'Bearer "abc"',
    'Bearer abc, Bearer d',
    'Bearer =',
    'Bearer:abc',
    'Bearer a=b',
    'Bearer ä',
  ])('CRED-1: refuses "%s" as malformed', (value) =>
    expect(extract(['authorization', value])).toBe('credential_malformed'),
  )

  it.each(['Basic dTpw', 'BearerX abc', 'DPoP abc', 'Bear', ''])('CRED-1: takes "%s" for no credential', (value) => {
    expect(extract(['authorization', value])).toBe('credential_missing')
  })

  it('CRED-1: gives a token exactly when the field is the scheme, spaces, and one b64token', () => {
    const unit = fc.constantFrom(...'Bearer bearer abc ABC 019 -._~+/ = , " \t : \u00e4'.split(''))
    const field = fc.oneof(
      fc.string({ unit, maxLength: 12 }),
      fc.string({ unit, maxLength: 12 }).map((rest) => `Bearer ${rest}`),
      fc.string({ unit: fc.constantFrom('a', '=', ' '), maxLength: 8 }).map((rest) => `bEARER${rest}`),
    )
    fc.assert(
      fc.property(field, (value) => {
        const [, token] = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(value) ?? []
        const isOtherScheme = !/^bearer(?![!#$%&'*+\-.^_`|~0-9A-Za-z])/i.test(value)
        const verdict = isOtherScheme ? 'credential_missing' : 'credential_malformed'
        expect(extract(['authorization', value])).toBe(token ?? verdict)
      }),
      { numRuns: 3000 },
    )
  })

  it('CRED-2: refuses two fields, whatever they say', () => {
    expect(extract(['Authorization', 'Bearer a', 'authorization', 'Bearer a'])).toBe('credential_ambiguous')
    expect(extract(['Authorization', 'Basic x', 'authorization', 'Bearer a'])).toBe('credential_ambiguous')
  })

  it('CRED-6: refuses an over-long token before looking at it', () => {
    expect(extract(['authorization', `Bearer ${'a'.repeat(65)}`])).toBe('token_too_large')
    expect(extract(['authorization', `Bearer ${' '.repeat(100_000)}!`])).toBe('credential_malformed')
  })

  it('CRED-4: is the only place: query and other fields are not read', () => {
    expect(extract(['x-authorization', 'Bearer a', 'proxy-authorization', 'Bearer a'])).toBe('credential_missing')
    expect(extract(['cookie', '__Host-at=abc'])).toBe('credential_missing')
  })
})

describe('the cookie', () => {
  const withCookie = (value: string, ...more: string[]) => extract(['Cookie', value, ...more], { cookie })

  it('CRED-5: is read by exact name and taken raw', () => {
    expect(withCookie('x=1; __Host-at=abc; y=2')).toBe('abc')
    expect(withCookie('__Host-at= \tabc\t ')).toBe('abc')
    expect(withCookie('__Host-at=%61bc')).toBe('%61bc')
    expect(withCookie('__Host-at="abc"')).toBe('"abc"')
    expect(withCookie('__Host-at=a=b')).toBe('a=b')
    expect(withCookie('__host-at=abc; x__Host-at=abc; __Host-atx=abc')).toBe('credential_missing')
  })

  it('CRED-5: is refused twice, or empty', () => {
    expect(withCookie('__Host-at=a; __Host-at=a')).toBe('credential_ambiguous')
    expect(withCookie('__Host-at=a', 'cookie', '__Host-at=a')).toBe('credential_ambiguous')
    expect(withCookie('__Host-at=')).toBe('credential_malformed')
  })

  it('CRED-3: is refused beside an Authorization credential', () => {
    expect(withCookie('__Host-at=a', 'authorization', 'Bearer a')).toBe('credential_ambiguous')
    expect(withCookie('__Host-at=a', 'authorization', 'Basic a')).toBe('a')
  })

  const post = (...headers: string[]) => extract(['cookie', '__Host-at=abc', ...headers], { cookie, method: 'POST' })

  it('COOKIE-2: sends an unsafe request from our own pages only', () => {
    expect(post('sec-fetch-site', 'same-origin')).toBe('abc')
    expect(post('sec-fetch-site', 'none')).toBe('abc')
    expect(post('sec-fetch-site', 'cross-site')).toBe('cross_site_request')
    expect(post('host', 'api.example', 'origin', 'https://api.example')).toBe('abc')
    expect(post('host', 'api.example', 'origin', 'https://evil.example')).toBe('cross_site_request')
    expect(post('host', 'api.example', 'origin', 'https://app.example')).toBe('abc')
    expect(extract(['authorization', 'Bearer abc', 'sec-fetch-site', 'cross-site'], { cookie, method: 'POST' })).toBe(
      'abc',
    )
  })

  it('COOKIE-4: counts upgrades and overridden methods as unsafe, same-site and null as foreign', () => {
    expect(withCookie('__Host-at=abc')).toBe('abc')
    expect(withCookie('__Host-at=abc', 'upgrade', 'websocket')).toBe('cross_site_request')
    expect(withCookie('__Host-at=abc', 'x-http-method-override', 'DELETE')).toBe('cross_site_request')
    expect(post()).toBe('cross_site_request')
    expect(post('host', 'api.example', 'origin', 'null')).toBe('cross_site_request')
    expect(post('sec-fetch-site', 'same-site', 'host', 'api.example', 'origin', 'https://api.example')).toBe(
      'cross_site_request',
    )
    expect(post('sec-fetch-site', 'same-origin', 'sec-fetch-site', 'none')).toBe('cross_site_request')
  })
})

it('CRED-8: reads nothing of a request but method, URL and raw header fields', () => {
  const read: PropertyKey[] = []
  const request = new Proxy(
    { method: 'POST', url: '/', rawHeaders: ['cookie', '__Host-at=abc'] },
    {
      get: (target, name) => {
        read.push(name)
        return Reflect.get(target, name) as unknown
      },
    },
  )
  expect(() => extractCredential(request, cookie, maxTokenBytes)).toThrow(AccessTokenError)
  expect(new Set(read)).toEqual(new Set(['rawHeaders', 'method']))
})

it('CRED-8: nothing else is read by a verifier either, so that any object of that shape will do', async () => {
  const key = makeKey('ES256')
  const token = await mint(key)
  const verifier = createVerifier({ issuer, audience, jwks: { keys: [key.publicJwk] }, cookie: '__Host-at' })
  const read = new Set<PropertyKey>()
  const rawHeaders = ['Authorization', `Bearer ${token}`, 'X-Forwarded-Host', 'evil.example', 'Forwarded', 'host=evil']
  const observed = (target: object) =>
    new Proxy(target, {
      get: (object, name) => {
        read.add(name)
        return Reflect.get(object, name) as unknown
      },
      has: (_, name) => expect.unreachable(String(name)),
      ownKeys: () => expect.unreachable('all names'),
    })
  const request = { method: 'POST', url: `/?access_token=${token}`, body: { access_token: token }, rawHeaders }
  expect((await verifier.authenticate(observed(request) as ProtectedRequest)).subject).toBe('user-1')
  expect([...read]).toEqual(['rawHeaders'])
  await expect(verifier.authenticate({ ...request, rawHeaders: [] } as ProtectedRequest)).rejects.toMatchObject({
    code: 'credential_missing',
  })
})
