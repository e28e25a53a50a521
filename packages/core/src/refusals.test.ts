import { describe, expect, it } from 'vitest'
import type { RefusalDetail } from './error.ts'
import { type AccessTokenErrorCode, createVerifier, type VerifierEvent, type VerifierOptions } from './index.ts'
import {
  audience,
  encrypt,
  goodClaims,
  issuer,
  makeKey,
  type Members,
  mint,
  mintRaw,
  refusalOf,
} from './mint.test.support.ts'

type Refusal = RefusalDetail & { readonly code: AccessTokenErrorCode }

const keys = Array.from({ length: 5 }, (_, index) => makeKey('ES256', `k${index}`))
const key = keys[0]!
const jwks = { keys: keys.map(({ publicJwk }) => publicJwk) }
const secret = Buffer.alloc(32, 7)
const decryption = { keys: [{ kty: 'oct', k: secret.toString('base64url'), alg: 'dir' }] }

const segment = (text: string) => Buffer.from(text).toString('base64url')
const withPart = (token: string, index: number, part: string) => token.split('.').with(index, part).join('.')
const signed = await mint(key)

/** Each refusal, but for those of a header or a claim, which are in the tests of those. */
const cases: readonly [token: unknown, says: Refusal, options?: Members][] = [
  [undefined, { code: 'token_malformed', reason: 'it is not a string' }],
  ['a'.repeat(16_384), { code: 'token_malformed', reason: 'it has not 3 or 5 segments' }],
  ['a'.repeat(16_385), { code: 'token_too_large' }],
  [signed, { code: 'token_too_large' }, { maxTokenBytes: signed.length - 1 }],
  ['a.b', { code: 'token_malformed', reason: 'it has not 3 or 5 segments' }],
  [withPart(signed, 0, '='), { code: 'token_malformed', reason: 'the header is not canonical base64url' }],
  [withPart(signed, 1, '='), { code: 'token_malformed', reason: 'the payload is not canonical base64url' }],
  [withPart(signed, 2, '='), { code: 'token_malformed', reason: 'the signature is not canonical base64url' }],
  [
    withPart(signed, 1, segment('[]')),
    { code: 'token_malformed', reason: 'the payload is not a JSON object, or too large a one' },
  ],
  [
    withPart(signed, 0, segment('{"alg":"HS256"}')),
    { code: 'algorithm_refused', reason: 'no issuer uses this alg', received: 'HS256' },
  ],
  [
    withPart(signed, 0, segment('{"alg":"ES384"}')),
    { code: 'algorithm_refused', reason: 'the issuer does not use this alg', received: 'ES384' },
    {
      issuers: [
        { issuer, audience, jwks, algorithms: ['ES256'] },
        { issuer: `${issuer}/2`, audience, jwks: { keys: [makeKey('ES384').publicJwk] }, algorithms: ['ES384'] },
      ],
    },
  ],
  [signed, { code: 'decryption_required' }, { decryption: { ...decryption, required: true } }],
  [await mint(key, goodClaims({ iss: undefined })), { code: 'claim_missing', reason: 'the claim iss is missing' }],
  [
    await mint(key, goodClaims(), { kid: 'k5' }),
    { code: 'key_unknown', reason: 'no key of the issuer suits the header' },
  ],
  [
    await mint(key, goodClaims(), { kid: undefined }),
    { code: 'key_unknown', reason: 'more than 4 keys suit the header' },
  ],
  [await mint(keys[1]!, goodClaims(), { kid: 'k0' }), { code: 'signature_invalid' }],
  [await mint(key, goodClaims({ cnf: {} })), { code: 'binding_missing' }],
  [
    await encrypt(mintRaw(key, '{"alg":"none"}', '{}'), secret),
    { code: 'algorithm_refused', reason: 'no issuer uses this alg', received: 'none' },
    { decryption },
  ],
]

describe('a refusal of a token', () => {
  it.each(cases)('%#: says why, to the caller and in an event', async (token, says, options) => {
    const given = options !== undefined && 'issuers' in options ? options : { issuer, audience, jwks, ...options }
    const verifier = createVerifier(given as unknown as VerifierOptions)
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))
    expect(await refusalOf(() => verifier.verify(token as string))).toEqual(says)
    expect(events).toEqual([{ type: 'refused', ...says, durationMs: expect.any(Number) }])
  })
})
