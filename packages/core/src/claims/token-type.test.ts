import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../configuration-error.ts'
import type { VerifierOptions } from '../index.ts'
import { verdictOn, verifierWith } from './verdict.test.support.ts'

const verdictOnType = (typ: unknown, options: Partial<VerifierOptions> = {}) => verdictOn({}, options, { typ })

const accessTokenTypes = ['at+jwt', 'AT+JWT', 'aT+jWt', 'application/at+jwt', 'APPLICATION/AT+JWT']
const otherTypes = [
  'JWS',
  'JOSE',
  'id+jwt',
  'at+jwt ',
  ' at+jwt',
  'at+jwt2',
  'at',
  'text/at+jwt',
  'application/application/at+jwt',
  'application/',
  'at+jwt; charset=utf-8',
  'at+jwt\0',
  '',
]
/** RFC 8725 §3.12 */
const foreignTypes = ['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'token-introspection+jwt', 'oauth-authz-req+jwt']

describe('typ', () => {
  it.each([...accessTokenTypes, 'JWT', 'jwt', 'application/jwt', undefined])(
    'JOSE-14: may be %s in the profile interoperable',
    async (typ) => expect(await verdictOnType(typ)).toBe('accepted'),
  )

  it.each(accessTokenTypes)('JOSE-14: may be %s in the profile rfc9068', async (typ) => {
    expect(await verdictOnType(typ, { profile: 'rfc9068' })).toBe('accepted')
  })

  it.each(['JWT', 'jwt', undefined, ...otherTypes, ...foreignTypes])(
    'JOSE-14: may not be %j in the profile rfc9068',
    async (typ) => expect(await verdictOnType(typ, { profile: 'rfc9068' })).toBe('token_type_refused'),
  )

  it.each([...otherTypes, ...foreignTypes])('JOSE-14: may not be %j in the profile interoperable', async (typ) => {
    expect(await verdictOnType(typ)).toBe('token_type_refused')
  })

  it('JOSE-14: may be another by an option that names it, in any spelling', async () => {
    for (const profile of ['interoperable', 'rfc9068'] as const) {
      const options = { profile, tokenTypes: ['application/Vnd.Example+JWT'] }
      for (const typ of ['vnd.example+jwt', 'VND.EXAMPLE+JWT', 'application/vnd.example+jwt', 'at+jwt']) {
        expect(await verdictOnType(typ, options)).toBe('accepted')
      }
      expect(await verdictOnType('vnd.example', options)).toBe('token_type_refused')
    }
  })

  it('JOSE-14: is that of the header, not a claim of the name', async () => {
    expect(await verdictOn({ typ: 'at+jwt' }, {}, { typ: 'id+jwt' })).toBe('token_type_refused')
    expect(await verdictOn({ typ: 'at+jwt' }, { profile: 'rfc9068' }, { typ: undefined })).toBe('token_type_refused')
  })

  it.each(foreignTypes)('CLAIM-7: %s is admitted by no option, in no spelling', async (type) => {
    for (const spelling of [type, type.toUpperCase(), `application/${type}`, `Application/${type}`]) {
      expect(() => verifierWith({ tokenTypes: [spelling] })).toThrow(ConfigurationError)
      expect(await verdictOnType(spelling)).toBe('token_type_refused')
    }
  })
})

describe('look-alikes of access tokens', () => {
  it.each(['at_hash', 'c_hash', 's_hash', 'events', 'htm', 'htu', 'token_introspection'])(
    'CLAIM-7: have the claim %s, whatever its value',
    async (name) => {
      for (const value of ['x', '', null, false, 0, [], {}]) {
        expect(await verdictOn({ [name]: value })).toBe('not_an_access_token')
      }
      expect(await verdictOn({ [name.toUpperCase()]: 'x', [`x_${name}`]: 'x' })).toBe('accepted')
    },
  )

  it.each([{ token_use: 'id' }, { typ: 'ID' }, { typ: 'Refresh' }, { typ: 'Offline' }, { typ: 'Logout' }])(
    'CLAIM-7: have %j, in any profile and with any further token type',
    async (claims) => {
      expect(await verdictOn(claims)).toBe('not_an_access_token')
      expect(await verdictOn(claims, { profile: 'rfc9068', tokenTypes: ['id'] })).toBe('not_an_access_token')
      expect(await verdictOn(claims, { tokenTypes: ['x'] }, { typ: 'x' })).toBe('not_an_access_token')
    },
  )

  it('CLAIM-7: are refused before their audience is looked at, which is often the client', async () => {
    expect(await verdictOn({ at_hash: 'x', aud: 'client' })).toBe('not_an_access_token')
  })

  it.each([{ token_use: 'access' }, { typ: 'Bearer' }, { nonce: 'x' }, { auth_time: 1 }, { acr: '1', amr: ['pwd'] }])(
    'CLAIM-7: are no access tokens with %j, which some authorization servers put there',
    async (claims) => expect(await verdictOn(claims)).toBe('accepted'),
  )
})
