import { describe, expect, it } from 'vitest'
import type { RefusalDetail } from '../error.ts'
import type { AccessTokenErrorCode, StandardSchema, VerifierOptions } from '../index.ts'
import { audience, type Members, refusalOf } from '../mint.test.support.ts'
import { mintWith, verifierWith } from './verdict.test.support.ts'

interface Case {
  readonly claims?: Members
  readonly header?: Members
  readonly options?: Partial<VerifierOptions>
  readonly says: RefusalDetail & { readonly code: AccessTokenErrorCode }
}

const missing = (claim: string) => ({ code: 'claim_missing', reason: `the claim ${claim} is missing` }) as const
const invalid = (claim: string, why: string) =>
  ({ code: 'claim_invalid', reason: `the claim ${claim} ${why}` }) as const
const notAnAccessToken = (reason: string) => ({ code: 'not_an_access_token', reason }) as const

const rfc9068 = { profile: 'rfc9068' } as const
const isNoDate = 'is not a number of seconds since the epoch'
const isNoScopes = 'is neither a string nor an array'
const hasNoScope = 'has a member that is no single scope'

const schemaWith = (issues: readonly { readonly message: string }[]): StandardSchema<never> => ({
  '~standard': { version: 1, vendor: 'tests', validate: () => ({ issues }) },
})

const cases: readonly Case[] = [
  {
    header: { typ: undefined },
    options: rfc9068,
    says: { code: 'token_type_refused', reason: 'typ is absent', expected: 'at+jwt' },
  },
  {
    header: { typ: 'application/ID+JWT' },
    options: { tokenTypes: ['vnd.example'] },
    says: {
      code: 'token_type_refused',
      reason: 'typ is not accepted',
      expected: 'at+jwt jwt vnd.example',
      received: 'id+jwt',
    },
  },
  { claims: { events: {} }, says: notAnAccessToken('it has the claim events') },
  { claims: { token_use: 'id' }, says: notAnAccessToken('its token_use is id') },
  { claims: { typ: 'Refresh' }, says: notAnAccessToken('its claim typ is that of another token') },
  { claims: { aud: undefined }, says: missing('aud') },
  { claims: { aud: 7 }, says: { code: 'audience_refused', reason: 'aud is no list of strings', expected: audience } },
  {
    claims: { aud: [7] },
    options: { audience: undefined, allowAnyAudience: true } as never,
    says: { code: 'audience_refused', reason: 'aud is no list of strings', expected: '' },
  },
  {
    claims: { aud: 'x' },
    options: { audience: [audience, 'urn:second'] },
    says: {
      code: 'audience_refused',
      reason: 'no value of aud is ours',
      expected: `${audience} urn:second`,
      received: 'x',
    },
  },
  {
    claims: { aud: ['1', '2', '3', '4', '5', '6', '7', '8', '9'] },
    says: {
      code: 'audience_refused',
      reason: 'no value of aud is ours',
      expected: audience,
      received: '1 2 3 4 5 6 7 8',
    },
  },
  { claims: { exp: undefined }, says: missing('exp') },
  { claims: { iat: undefined }, options: { maxTokenAgeSeconds: 60 }, says: missing('iat') },
  { claims: { exp: '7' }, says: invalid('exp', isNoDate) },
  { claims: { nbf: -1 }, says: invalid('nbf', isNoDate) },
  { claims: { iat: null }, says: invalid('iat', isNoDate) },
  { claims: { exp: 1 }, says: { code: 'token_expired' } },
  { claims: { nbf: 9e10 }, says: { code: 'token_not_yet_valid' } },
  ...['sub', 'jti', 'client_id'].map((name) => ({
    claims: { [name]: 7 },
    says: invalid(name, 'is not a string'),
  })),
  { claims: { scope: 7 }, says: invalid('scope', isNoScopes) },
  { claims: { scp: {} }, says: invalid('scp', isNoScopes) },
  { claims: { scope: ['a b'] }, says: invalid('scope', hasNoScope) },
  { claims: { scope: 7 }, options: { scopeClaims: ['roles'] }, says: invalid('scope', isNoScopes) },
  { claims: { roles: [7] }, options: { scopeClaims: ['roles'] }, says: invalid('roles', hasNoScope) },
  { options: { requiredClaims: ['tenant'] }, says: missing('tenant') },
  ...['sub', 'client_id', 'iat', 'jti'].map((name) => ({
    claims: { [name]: undefined },
    options: rfc9068,
    says: missing(name),
  })),
  { options: { claimPredicates: { tenant: () => true } }, says: missing('tenant') },
  { options: { claimPredicates: { sub: () => false } }, says: invalid('sub', 'is refused by its predicate') },
  {
    options: { claims: schemaWith([{ message: 'one' }, { message: 'two' }]) } as never,
    says: { code: 'claim_invalid', reason: "the claims' validator has 2 objections" },
  },
]

describe('a refusal by what the token says', () => {
  it.each(cases)('says $says.code, $says.reason: $claims $header', async ({ claims = {}, header, options, says }) => {
    const token = await mintWith(claims, header)
    expect(await refusalOf(() => verifierWith(options).verify(token))).toEqual(says)
  })
})
