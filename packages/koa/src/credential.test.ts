import { inspect } from 'node:util'
import { createTestIssuer } from '@sallyport/testing'
import type { Middleware } from 'koa'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { appOf, get, sendRaw, serve, versions } from './http.test.support.ts'
import { createVerifier, getAuth, protect } from './index.ts'

const as = await createTestIssuer()
const token = await as.mint({ subject: 'jane' })
const bearer = `Bearer ${token}`

const statusOf = (answer: string) => Number(answer.slice(9, 12))

describe.each(versions)('the credential on $version', ({ Koa }) => {
  const handler = vi.fn<Middleware>((ctx) => {
    ctx.body = [getAuth(ctx).subject]
  })
  beforeEach(() => void handler.mockClear())

  const appWith = (options: object, ...before: Middleware[]) =>
    appOf(Koa, ...before, protect({ ...as.verifierOptions, ...options }), handler)

  it('CRED-1: has a scheme in any case, one or more spaces, and one token', async () => {
    const { origin } = await serve(appWith({}))
    for (const authorization of [bearer, `bearer ${token}`, `BEARER   ${token}`]) {
      expect(await get(origin, { headers: { authorization } })).toMatchObject({ status: 200, body: ['jane'] })
    }
    handler.mockClear()
    for (const value of [
      'Bearer',
      `Bearer ${token} ${token}`,
      `Bearer ${token}, ${bearer}`,
      `Bearer\t${token}`,
      `Bearer "${token}"`,
      `Bearer,${token}`,
      `Bearer ${token}\u00e9`,
    ]) {
      const answer = await sendRaw(origin, 'GET / HTTP/1.1', `Authorization: ${value}`)
      expect(statusOf(answer), value).toBe(400)
      expect(answer).toMatch(/\r\nwww-authenticate: Bearer error="invalid_request", error_description="[^"\r\n]*"\r\n/i)
      expect(answer).toContain('"code":"credential_malformed"')
    }
    for (const authorization of ['Basic YTpi', `Bearers ${token}`, `DPoP ${token}`]) {
      expect(await get(origin, { headers: { authorization } })).toMatchObject({ status: 401, challenge: 'Bearer' })
    }
    expect(handler).not.toHaveBeenCalled()
  })

  it('CRED-2: is refused when there are two Authorization fields, of which Node shows one', async () => {
    const shown: (string | undefined)[] = []
    const look: Middleware = (ctx, next) => {
      shown.push(ctx.headers.authorization)
      return next()
    }
    const { origin } = await serve(appWith({}, look))
    for (const [first, second] of [
      [bearer, 'Bearer other'],
      [bearer, bearer],
      [bearer, 'Basic YTpi'],
      ['Basic YTpi', bearer],
    ]) {
      const answer = await sendRaw(origin, 'GET / HTTP/1.1', `Authorization: ${first}`, `authorization: ${second}`)
      expect(shown.pop()).toBe(first)
      expect(statusOf(answer)).toBe(400)
      expect(answer).toContain('"code":"credential_ambiguous"')
    }
    expect(handler).not.toHaveBeenCalled()
  })

  it('CRED-1, CRED-2: is not taken from a folded field, nor a trailer, nor smuggled by a bare line feed', async () => {
    const { origin } = await serve(appWith({}))
    const chunked = ['POST / HTTP/1.1', 'Transfer-Encoding: chunked', 'Trailer: Authorization']
    const answers = [
      await sendRaw(origin, 'GET / HTTP/1.1', `Authorization: ${bearer}`, ` ${token}`),
      await sendRaw(origin, 'GET / HTTP/1.1', `Authorization: ${bearer}`, `\t, ${bearer}`),
      await sendRaw(origin, 'GET / HTTP/1.1', `X-Other: 1\nAuthorization: ${bearer}`, `Authorization: ${bearer}`),
      await sendRaw(origin, 'GET / HTTP/1.1', `Authorization : ${bearer}`),
      await sendRaw(origin, ...chunked, 'Host: api.test', 'Connection: close', '', '0', `Authorization: ${bearer}`, ''),
    ]
    for (const answer of answers) expect([400, 401]).toContain(statusOf(answer))
    expect(handler).not.toHaveBeenCalled()
  })

  it('CRED-4: is never taken from the query or the body', async () => {
    const { origin } = await serve(appWith({}))
    const answers = [
      await get(`${origin}/?access_token=${token}`),
      await get(origin, { method: 'POST', body: new URLSearchParams({ access_token: token }) }),
      await get(origin, {
        method: 'POST',
        body: JSON.stringify({ access_token: token }),
        headers: { 'content-type': 'application/json' },
      }),
    ]
    for (const answer of answers) expect(answer).toMatchObject({ status: 401, challenge: 'Bearer' })
    expect(handler).not.toHaveBeenCalled()
    const both = await get(`${origin}/?access_token=other`, { headers: { authorization: bearer } })
    expect(both.status).toBe(200)
  })

  it('CRED-5: is a cookie only when that is configured, by its exact name and its raw value', async () => {
    const plain = await serve(appWith({}))
    const { origin } = await serve(appWith({ cookie: '__Host-at' }))
    const withCookie = (cookie: string, to = origin) => get(to, { headers: { cookie } })
    expect((await withCookie(`__Host-at=${token}`, plain.origin)).status).toBe(401)
    expect(await withCookie(`a=1; __Host-at= ${token} ; b=2`)).toMatchObject({ status: 200, body: ['jane'] })
    handler.mockClear()
    expect((await withCookie(`__host-at=${token}`)).challenge).toBe('Bearer')
    expect((await withCookie(`x__Host-at=${token}`)).challenge).toBe('Bearer')
    expect((await withCookie(`__Host-at="${token}"`)).body).toMatchObject({ error: 'invalid_token' })
    expect((await withCookie(`__Host-at=${token.replace('.', '%2E')}`)).body).toMatchObject({ error: 'invalid_token' })
    expect((await withCookie(`__Host-at=${token}; __Host-at=${token}`)).status).toBe(400)
    const fields = [`Cookie: __Host-at=${token}`, `Cookie: __Host-at=${token}`]
    expect(statusOf(await sendRaw(origin, 'GET / HTTP/1.1', ...fields))).toBe(400)
    expect(handler).not.toHaveBeenCalled()
  })

  it('CRED-3: is refused when it comes in the header and in the cookie', async () => {
    const { origin } = await serve(appWith({ cookie: '__Host-at', optional: true }))
    const answer = await get(origin, { headers: { cookie: `__Host-at=${token}`, authorization: bearer } })
    expect(answer).toMatchObject({ status: 400, body: { code: 'credential_ambiguous', error: 'invalid_request' } })
    expect(answer.challenge).toMatch(/^Bearer error="invalid_request", /)
    expect(handler).not.toHaveBeenCalled()
  })

  it('COOKIE-2: in a cookie serves unsafe methods from our own pages only', async () => {
    const { origin } = await serve(appWith({ cookie: { name: '__Host-at', origins: ['https://app.test'] } }))
    const send = async (method: string, ...fields: string[]) =>
      statusOf(await sendRaw(origin, `${method} / HTTP/1.1`, `Cookie: __Host-at=${token}`, ...fields))
    expect(await send('GET')).toBe(200)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(await send(method, 'Sec-Fetch-Site: same-origin')).toBe(200)
      expect(await send(method, 'Origin: https://api.test')).toBe(200)
      expect(await send(method, 'Sec-Fetch-Site: cross-site', 'Origin: https://app.test')).toBe(200)
      handler.mockClear()
      expect(await send(method)).toBe(403)
      expect(await send(method, 'Sec-Fetch-Site: cross-site')).toBe(403)
      expect(await send(method, 'Sec-Fetch-Site: cross-site', 'Origin: https://api.test')).toBe(403)
      expect(await send(method, 'Origin: https://evil.test')).toBe(403)
      expect(handler).not.toHaveBeenCalled()
    }
    const refused = await get(origin, { method: 'POST', headers: { cookie: `__Host-at=${token}` } })
    expect(refused).toMatchObject({ status: 403, challenge: 'Bearer', body: { code: 'cross_site_request' } })
  })

  it('COOKIE-4: in a cookie takes an overridden method, an upgrade and a sibling site for unsafe', async () => {
    const { origin } = await serve(appWith({ cookie: '__Host-at' }))
    const send = async (...fields: string[]) =>
      statusOf(await sendRaw(origin, 'GET / HTTP/1.1', `Cookie: __Host-at=${token}`, ...fields))
    expect(await send('X-HTTP-Method-Override: DELETE')).toBe(403)
    expect(await send('Upgrade: websocket')).toBe(403)
    const post = async (...fields: string[]) =>
      statusOf(await sendRaw(origin, 'POST / HTTP/1.1', `Cookie: __Host-at=${token}`, ...fields))
    expect(await post('Sec-Fetch-Site: same-site', 'Origin: https://api.test')).toBe(403)
    expect(await post('Origin: null')).toBe(403)
    expect(handler).not.toHaveBeenCalled()
  })

  it('is needed for HEAD, OPTIONS and every other method', async () => {
    const { origin } = await serve(appWith({}))
    for (const method of ['HEAD', 'OPTIONS', 'DELETE', 'PROPFIND', 'TRACE']) {
      const answer = await sendRaw(origin, `${method} / HTTP/1.1`)
      expect(statusOf(answer), method).toBe(401)
      expect(answer).toMatch(/\r\nwww-authenticate: Bearer\r\n/i)
    }
    expect(handler).not.toHaveBeenCalled()
    expect(await get(origin, { method: 'HEAD' })).toMatchObject({ status: 401, text: '' })
    expect((await get(origin, { method: 'HEAD', headers: { authorization: bearer } })).status).toBe(200)
  })

  it('CRED-6: may be as long as Node lets a header be, and is refused', async () => {
    const { origin } = await serve(appWith({ maxTokenBytes: 1024 }))
    const answer = await get(origin, { headers: { authorization: `Bearer ${'a'.repeat(12_000)}` } })
    expect(answer).toMatchObject({ status: 401, body: { code: 'token_too_large', error: 'invalid_token' } })
  })

  it('CHAL-3, LOG-1: is told to nobody: not by answers, errors, events or what is logged', async () => {
    const written: unknown[] = []
    const spies = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0),
    )
    const logs = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...values) => void written.push(...values)),
    )
    const verifier = createVerifier({ ...as.verifierOptions, cookie: 'planted' })
    verifier.subscribe((event) => written.push(event))
    const app = appOf(Koa, protect(verifier))
    app.on('error', (error: Error) => written.push(error, inspect(error), String(error), error.stack))
    const plain = appWith({ cookie: 'planted' })
    const planted = await as.mint({ wrong: 'wrong_key', subject: 'planted-subject', claims: { email: 'planted-mail' } })
    for (const served of [await serve(app), await serve(plain)]) {
      for (const headers of [
        { authorization: `Bearer ${planted}` },
        { cookie: `planted=${planted}` },
        { authorization: `Bearer ${planted} planted` },
        { authorization: `Bearer ${planted}`, cookie: `planted=${planted}` },
        { authorization: `Bearer ${planted.slice(0, -4)}` },
        { authorization: 'Bearer planted.planted.planted' },
      ]) {
        const answer = await get(`${served.origin}/planted-path`, { headers })
        expect(answer.status).toBeGreaterThanOrEqual(400)
        written.push(answer.text, [...answer.headers])
      }
    }
    for (const spy of [...spies, ...logs]) spy.mockRestore()
    const all = JSON.stringify(written)
    for (const secret of ['planted', ...planted.split('.')]) expect(all).not.toContain(secret)
  })
})
