import { describe, expect, it } from 'vitest'
import { AccessTokenError, type AccessTokenErrorCode, errorCodes, toChallenge } from './index.ts'

/** RFC 9110 §11.6.1 by a strict parser: one challenge of one scheme, its parameters quoted strings without escapes. */
function parseField(field: string): { scheme: string; parameters: Record<string, string> } {
  const [, scheme = '', rest] = /^([A-Za-z]+)(?: (.+))?$/.exec(field) ?? []
  const parameters: Record<string, string> = {}
  let left = rest ?? ''
  while (left !== '') {
    const match = /^([a-z_]+)="([\x20\x21\x23-\x5b\x5d-\x7e]*)"(?:, (?=.)|$)/.exec(left)
    if (match === null) throw new Error(`no parameter at: ${left}`)
    const [whole, name = '', value = ''] = match
    if (name in parameters) throw new Error(`twice: ${name}`)
    parameters[name] = value
    left = left.slice(whole.length)
  }
  return { scheme, parameters }
}

const codes = Object.keys(errorCodes) as AccessTokenErrorCode[]

describe('toChallenge', () => {
  it('CHAL-1: gives a bare challenge where there is no credential', () => {
    const { status, headers, body } = toChallenge(new AccessTokenError('credential_missing'))
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toBe('Bearer')
    expect(body).toEqual({ code: 'credential_missing', error_description: 'This resource needs an access token' })
    const realm = toChallenge(new AccessTokenError('credential_missing'), { realm: 'reports' })
    expect(realm.headers['www-authenticate']).toBe('Bearer realm="reports"')
  })

  it.each(codes)('CHAL-2: writes %s as a field that parses strictly', (code) => {
    const error = new AccessTokenError(code, code === 'scope_insufficient' ? { scope: ['a', 'b:c'] } : {})
    const { status, headers } = toChallenge(error, { realm: 'my api' })
    expect(status).toBe(errorCodes[code].status)
    const field = headers['www-authenticate']
    expect(field === undefined).toBe(status === 429 || status === 503)
    if (field === undefined) return
    const { scheme, parameters } = parseField(field)
    expect(scheme).toBe('Bearer')
    expect(parameters['realm']).toBe('my api')
    expect(parameters['error']).toBe(errorCodes[code].error)
    expect(parameters['scope']).toBe(code === 'scope_insufficient' ? 'a b:c' : undefined)
  })

  it('RFC 6750 §3: says exactly what was wrong with a token', () => {
    expect(toChallenge(new AccessTokenError('token_expired')).headers['www-authenticate']).toBe(
      'Bearer error="invalid_token", error_description="The access token has expired"',
    )
    expect(toChallenge(new AccessTokenError('scope_insufficient', { scope: ['a'] })).headers['www-authenticate']).toBe(
      'Bearer error="insufficient_scope", error_description="The access token lacks a scope that this resource needs", scope="a"',
    )
  })

  it.each<[AccessTokenError, object]>([
    [
      new AccessTokenError('token_expired'),
      {
        status: 401,
        headers: {
          'cache-control': 'no-store',
          'www-authenticate': 'Bearer error="invalid_token", error_description="The access token has expired"',
        },
        body: { error: 'invalid_token', error_description: 'The access token has expired', code: 'token_expired' },
      },
    ],
    [
      new AccessTokenError('policy_denied'),
      {
        status: 403,
        headers: { 'cache-control': 'no-store', 'www-authenticate': 'Bearer' },
        body: { error_description: 'The access token does not permit this request', code: 'policy_denied' },
      },
    ],
    [
      new AccessTokenError('rate_limited'),
      {
        status: 429,
        headers: { 'cache-control': 'no-store' },
        body: { error_description: 'Too many requests', code: 'rate_limited' },
      },
    ],
    [
      new AccessTokenError('keys_unavailable'),
      {
        status: 503,
        headers: { 'cache-control': 'no-store', 'retry-after': '5' },
        body: {
          error_description: "The keys of the access token's issuer cannot be had at the moment",
          code: 'keys_unavailable',
        },
      },
    ],
  ])('CHAL-6: is all of the response, member by member: %s', (error, challenge) => {
    expect(toChallenge(error)).toStrictEqual(challenge)
  })

  it('CHAL-3: says nothing of what the token or the request said', () => {
    const error = new AccessTokenError('issuer_refused', {
      reason: 'R',
      expected: 'E',
      received: 'https://evil.example',
    })
    expect(JSON.stringify([toChallenge(error), error, error.message, error.stack])).not.toMatch(/evil|"R"|"E"/)
  })

  it.each(codes)('CHAL-5, CHAL-6: answers %s with a small JSON object that is not stored', (code) => {
    const { headers, body } = toChallenge(new AccessTokenError(code))
    expect(headers['cache-control']).toBe('no-store')
    expect(body.code).toBe(code)
    expect(body.error_description).toBe(errorCodes[code].description)
    expect(Object.keys(body).every((name) => ['error', 'error_description', 'code'].includes(name))).toBe(true)
  })

  it('CHAL-7: answers infrastructure faults with 503 and Retry-After', () => {
    const error = new AccessTokenError('keys_unavailable', { retryAfterSeconds: 7 })
    expect(toChallenge(error)).toMatchObject({ status: 503, headers: { 'retry-after': '7' } })
    expect(toChallenge(new AccessTokenError('verifier_overloaded')).headers['retry-after']).toBe('5')
  })
})
