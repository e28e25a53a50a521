import { createHmac, createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createLogin } from '../cookies/index.ts'
import { createVerifier, type ProtectedRequest } from '../index.ts'
import { audience, codeOf, issuer, makeKey, mint, refusalOf } from '../mint.test.support.ts'
import { createCsrfTokens } from './index.ts'

const key = makeKey('ES256')
const [secret, older] = ['s'.repeat(32), 'o'.repeat(32)]
const csrfTokens = createCsrfTokens('__Host-csrf', [createSecretKey(Buffer.from(secret))])

function verifierWith(doubleSubmit: { secret: string | string[] } | undefined) {
  return createVerifier({
    issuer,
    audience,
    jwks: { keys: [key.publicJwk] },
    cookie: { name: '__Host-at', doubleSubmit },
  })
}

const verifier = verifierWith({ secret })
const token = await mint(key)

type Sent = Partial<ProtectedRequest> & { readonly fields?: readonly string[] }

const send = ({ fields = [], ...request }: Sent, by = verifier) =>
  codeOf(
    by.authenticate({
      method: 'POST',
      url: '/',
      rawHeaders: ['cookie', `__Host-at=${token}`, 'sec-fetch-site', 'same-origin', ...fields],
      ...request,
    }),
  )

describe('double submit', () => {
  it('lets an unsafe request pass with the CSRF token of its access token', async () => {
    expect(await send({ fields: ['X-CSRF-Token', csrfTokens.issue(token)] })).toBe('accepted')
  })

  it('COOKIE-2: is asked for besides an own origin, not in its place', async () => {
    expect(await send({})).toBe('csrf_token_refused')
    const csrf = ['x-csrf-token', csrfTokens.issue(token), 'cookie', `__Host-at=${token}`]
    expect(await send({ rawHeaders: [...csrf, 'sec-fetch-site', 'cross-site'] })).toBe('cross_site_request')
    expect(await send({}, verifierWith(undefined))).toBe('accepted')
  })

  it.each([
    ['none', []],
    ['an empty one', ['x-csrf-token', '']],
    ['that of another access token', ['x-csrf-token', csrfTokens.issue('other')]],
    ['one with another secret', ['x-csrf-token', macWith(older)]],
    ['two', ['x-csrf-token', csrfTokens.issue(token), 'x-csrf-token', csrfTokens.issue(token)]],
    ['a longer one', ['x-csrf-token', `${csrfTokens.issue(token)}A`]],
    ['a shorter one', ['x-csrf-token', csrfTokens.issue(token).slice(0, -1)]],
    ['one of as many characters, but more bytes', ['x-csrf-token', 'ä'.repeat(43)]],
    ['one in the cookie alone', ['cookie', `__Host-csrf=${csrfTokens.issue(token)}`]],
  ])('refuses a request with %s', async (_, fields) => {
    expect(await send({ fields })).toBe('csrf_token_refused')
  })

  it('is the same in every release, so that pages keep theirs when a server is renewed', () => {
    const mac = createHmac('sha256', secret).update(`sallyport csrf token\0${token}`).digest('base64url')
    expect(csrfTokens.issue(token)).toBe(mac)
  })

  it('says why it refuses a request: to the server, not to the caller', async () => {
    const reasonOf = (...fields: string[]) =>
      refusalOf(() => csrfTokens.require({ method: 'POST', rawHeaders: fields }, token))
    const code = 'csrf_token_refused'
    const wrong = { code, reason: 'X-CSRF-Token is not that of the access token' }
    const good = ['X-CSRF-Token', csrfTokens.issue(token)]
    expect(await reasonOf(...good)).toEqual({ code: 'accepted' })
    expect(await reasonOf()).toEqual({ code, reason: 'X-CSRF-Token is absent' })
    expect(await reasonOf('x-csrf-token', '')).toEqual(wrong)
    expect(await reasonOf(...good, ...good)).toEqual(wrong)
  })

  it('is by a planted pair of cookie and field not met: the secret is not in the browser', async () => {
    const fields = ['cookie', '__Host-csrf=planted', 'x-csrf-token', 'planted']
    expect(await send({ fields })).toBe('csrf_token_refused')
  })

  it('COOKIE-4: is asked of overridden methods too, but not of reading, nor of WebSockets, which can send no field', async () => {
    expect(await send({ method: 'GET', fields: ['x-http-method-override', 'DELETE'] })).toBe('csrf_token_refused')
    expect(await send({ method: 'DELETE' })).toBe('csrf_token_refused')
    expect(await send({ method: 'GET' })).toBe('accepted')
    expect(await send({ method: 'GET', fields: ['upgrade', 'websocket'] })).toBe('accepted')
  })

  it('is not asked for where the token came in the Authorization field', async () => {
    expect(await send({ rawHeaders: ['authorization', `Bearer ${token}`] })).toBe('accepted')
  })

  it('takes tokens of an older secret while a newer one makes them', async () => {
    const rotated = verifierWith({ secret: [secret, older] })
    for (const made of [secret, older]) {
      expect(await send({ fields: ['x-csrf-token', macWith(made)] }, rotated)).toBe('accepted')
    }
  })

  it('takes what a login with the same option has set', async () => {
    const login = createLogin({
      cookie: { name: '__Host-at', doubleSubmit: { secret } },
      authenticate: () => ({ accessToken: token, expiresAt: Date.now() / 1000 + 60 }),
    })
    const { cookies, body } = await login({ method: 'POST', rawHeaders: ['sec-fetch-site', 'same-origin'] }, undefined)
    const [, csrf] = /^__Host-csrf=([\w-]+); Path=\/; Max-Age=\d+; Secure; SameSite=Strict$/.exec(cookies[1]!) ?? []
    expect(await send({ fields: ['x-csrf-token', csrf!] })).toBe('accepted')
    expect(body?.['csrf_token']).toBe(csrf)
  })
})

function macWith(text: string): string {
  return createCsrfTokens('__Host-csrf', [createSecretKey(Buffer.from(text))]).issue(token)
}
