import { describe, expect, it } from 'vitest'
import type { RefusalDetail } from '../error.ts'
import { type AccessTokenErrorCode, createVerifier } from '../index.ts'
import { audience, issuer, makeKey, mint, refusalOf } from '../mint.test.support.ts'
import { extractCredential, requireWellFormed } from './index.ts'

const cookie = { name: '__Host-at', origins: new Set<string>() }

function take(...rawHeaders: string[]) {
  const credential = extractCredential({ method: 'GET', url: '/', rawHeaders }, cookie, 64)
  requireWellFormed(credential)
  return credential
}

const malformed = (reason: string) => ({ code: 'credential_malformed', reason }) as const
const ambiguous = (reason: string) => ({ code: 'credential_ambiguous', reason }) as const
const both = ambiguous('both an Authorization field and a cookie')
const noToken = malformed('not one b64token')
const field = 'authorization'

describe('a credential that is refused', () => {
  it.each<[RefusalDetail & { readonly code: AccessTokenErrorCode }, ...string[]]>([
    [{ code: 'credential_missing' }],
    [{ code: 'credential_missing' }, field, 'Basic Bearer '],
    [{ code: 'credential_missing' }, field, 'DPoP abc'],
    [{ code: 'credential_missing' }, 'cookie', '__Host-at'],
    [{ code: 'credential_missing' }, 'cookie', '__Host-atx'],
    [noToken, field, 'Bearer'],
    [noToken, field, 'Bearer a b'],
    [noToken, field, 'Bearer ', 'cookie', '__Host-at=a'],
    [ambiguous('two Authorization fields'), field, 'Bearer a', field, 'Bearer a'],
    [both, field, 'Bearer a', 'cookie', '__Host-at=a'],
    [both, field, 'DPoP a', 'cookie', '__Host-at=a'],
    [both, field, 'dpop', 'cookie', '__Host-at=a'],
    [ambiguous('two cookies of the name'), 'cookie', '__Host-at=a;__Host-at=a'],
    [malformed('the cookie is empty'), 'cookie', '__Host-at='],
    [malformed('the cookie is empty'), 'cookie', '__Host-at= \t '],
    [{ code: 'token_too_large' }, field, `Bearer ${'a'.repeat(65)}`],
    [{ code: 'token_too_large' }, 'cookie', `__Host-at=${'a'.repeat(65)}`],
  ])('%#: says why: %o', async (says, ...rawHeaders) => {
    expect(await refusalOf(() => take(...rawHeaders))).toEqual(says)
  })
})

describe('a credential that is taken', () => {
  it('CRED-6: has up to as many characters as a token may have, in either place', () => {
    const token = 'a'.repeat(64)
    expect(take(field, `Bearer ${token}`)).toEqual({ token, from: 'authorization' })
    expect(take('cookie', `__Host-at=${token}`)).toEqual({ token, from: 'cookie' })
  })

  it('CRED-3: is that of the cookie beside an Authorization field of another scheme', () => {
    for (const other of ['Basic dTpw', 'DPoPX abc', 'Digest x', '']) {
      expect(take(field, other, 'cookie', '__Host-at=abc')).toEqual({ token: 'abc', from: 'cookie' })
    }
  })
})

describe('the header fields of a request', () => {
  const many = (count: number) => Array.from({ length: count }, () => ['x-field', 'x']).flat()

  it('CRED-2: are 500 at the most, as Node.js leaves out what comes after a thousand', async () => {
    expect(take(...many(499), field, 'Bearer abc').token).toBe('abc')
    expect(await refusalOf(() => take(...many(500), field, 'Bearer abc'))).toEqual(malformed('over 500 header fields'))
  })

  it('end with the last name that has a value', async () => {
    expect(await refusalOf(() => take('x-field', 'x', field))).toEqual({ code: 'credential_missing' })
    expect(take(field, 'Bearer abc', field).token).toBe('abc')
  })

  it('are those of a request that Node.js made: anything else is a bug', async () => {
    const key = makeKey('ES256')
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [key.publicJwk] } })
    const headers = { authorization: `Bearer ${await mint(key)}` }
    for (const request of [{ headers }, { rawHeaders: headers }, { rawHeaders: null }]) {
      await expect(verifier.authenticate(request as never)).rejects.toThrow(
        new TypeError('The request has no rawHeaders: it is not one that Node.js made'),
      )
    }
  })
})
