import { describe, expect, it } from 'vitest'
import { createVerifier, type Verifier, type VerifierOptions } from './index.ts'
import {
  audience,
  codeOf,
  encrypt,
  goodClaims,
  issuer,
  makeKey,
  type Members,
  mint,
  mintRaw,
} from './mint.test.support.ts'

// The order of the checks, and that nothing remembered changes it.

const key = makeKey('ES256')
const stranger = makeKey('ES256', key.kid)
const secret = Buffer.alloc(32, 7)
const options = {
  issuer,
  audience,
  jwks: { keys: [key.publicJwk] },
  decryption: { keys: [{ kty: 'oct', k: secret.toString('base64url'), alg: 'dir' }] },
  requiredClaims: ['tenant'],
  claimPredicates: { tenant: (value: unknown) => value === 'acme' },
} as const satisfies VerifierOptions

const goodHeader = { alg: 'ES256', kid: key.kid, typ: 'at+jwt' }
const claimsWith = (changes: Members = {}) => goodClaims({ tenant: 'acme', ...changes })
const tokenOf = (header: Members, claims: Members, by = key) =>
  mintRaw(by, JSON.stringify(header), JSON.stringify(claims))

/** A fault each, in the order in which they are found: of two the earlier is told. */
const faults: readonly (readonly [code: string, header: Members, claims: Members])[] = [
  ['token_malformed', { crit: ['x'] }, {}],
  ['algorithm_refused', { alg: 'none' }, {}],
  ['claim_missing', {}, { iss: undefined }],
  ['issuer_refused', {}, { iss: 'https://evil.example' }],
  ['key_unknown', { kid: 'unknown' }, {}],
  ['token_type_refused', { typ: 'id+jwt' }, {}],
  ['not_an_access_token', {}, { at_hash: 'x' }],
  ['audience_refused', {}, { aud: 'x' }],
  ['claim_invalid', {}, { exp: 'soon' }],
  ['claim_invalid', {}, { sub: 7 }],
  ['claim_missing', {}, { tenant: undefined }],
  ['token_expired', {}, { exp: 1 }],
  ['claim_invalid', {}, { tenant: 'other' }],
  ['binding_missing', {}, { cnf: {} }],
]

const pairs = faults.flatMap(([code, header, claims], index) =>
  faults.slice(index + 1).map(([other, otherHeader, otherClaims]) => ({
    name: `${code} before ${other}: ${JSON.stringify([header, claims, otherHeader, otherClaims])}`,
    code,
    token: tokenOf({ ...goodHeader, ...otherHeader, ...header }, claimsWith({ ...otherClaims, ...claims })),
  })),
)

const single = faults.map(([code, header, claims]) => ({
  code,
  token: tokenOf({ ...goodHeader, ...header }, claimsWith(claims)),
}))

/** A verifier that has seen nothing, one that remembers the good header, key and token, and one that never remembers. */
async function verifiers(): Promise<Verifier[]> {
  const warm = createVerifier(options)
  for (let index = 0; index < 3; index++) await warm.verify(await mint(key, claimsWith({ jti: `${index}` })))
  return [createVerifier(options), warm, createVerifier({ ...options, cache: false })]
}

describe('the order of the checks', () => {
  it.each(pairs)('JOSE-12: is $name', async ({ code, token }) => {
    for (const verifier of await verifiers()) {
      expect(await codeOf(verifier.verify(token))).toBe(code)
      expect(await codeOf(verifier.verify(token))).toBe(code)
    }
  })

  it('JOSE-12: has the signature after the key and before all claims but iss', async () => {
    for (const verifier of await verifiers()) {
      for (const [index, [code, header, claims]] of faults.entries()) {
        const forged = tokenOf({ ...goodHeader, ...header }, claimsWith(claims), stranger)
        expect(await codeOf(verifier.verify(forged))).toBe(index <= 4 ? code : 'signature_invalid')
      }
    }
  })

  it('JOSE-12: has the size first, then the form, then door one', async () => {
    for (const verifier of await verifiers()) {
      expect(await codeOf(verifier.verify('!'.repeat(16_385)))).toBe('token_too_large')
      expect(await codeOf(verifier.verify(`${'!'.repeat(16_380)}....`))).toBe('token_malformed')
      const required = createVerifier({ ...options, decryption: { ...options.decryption, required: true } })
      for (const { token } of single) expect(await codeOf(required.verify(token))).toBe('decryption_required')
    }
  })

  it('JOSE-12: is that of door two within door one', async () => {
    for (const verifier of await verifiers()) {
      for (const { code, token } of single) {
        const nested = await encrypt(token, secret)
        expect(await codeOf(verifier.verify(nested))).toBe(code)
        expect(await codeOf(verifier.verify(nested))).toBe(code)
      }
    }
  })

  it('JOSE-12: is the same while many tokens are verified at once', async () => {
    const good = await Promise.all(Array.from({ length: 40 }, (_, index) => mint(key, claimsWith({ jti: `${index}` }))))
    for (const verifyOn of ['auto', 'main-thread', 'thread-pool'] as const) {
      const verifier = createVerifier({ ...options, verifyOn })
      const mixed = good.flatMap((token, index) => [
        { code: 'accepted', token },
        single[index % single.length]!,
        { code: 'signature_invalid', token: `${token.slice(0, -8)}AAAAAAAA` },
      ])
      const verdicts = await Promise.all(mixed.map(({ token }) => codeOf(verifier.verify(token))))
      expect(verdicts).toEqual(mixed.map(({ code }) => code))
    }
  })
})

describe('a header that was seen before', () => {
  it('JOSE-12: accepts nothing that it would not accept the first time', async () => {
    const verifier = createVerifier(options)
    const token = await mint(key, claimsWith())
    await verifier.verify(token)
    const [header] = token.split('.')
    const payload = (claims: Members) => Buffer.from(JSON.stringify(claims)).toString('base64url')
    for (const forged of [
      `${header}.${payload(claimsWith({ sub: 'admin' }))}.${token.split('.')[2]}`,
      `${header}.${payload(claimsWith())}.`,
      `${header}..${token.split('.')[2]}`,
      `${header} .${token.split('.').slice(1).join('.')}`,
      `${header}=.${token.split('.').slice(1).join('.')}`,
    ]) {
      expect(await codeOf(verifier.verify(forged))).not.toBe('accepted')
      expect(await codeOf(createVerifier(options).verify(forged))).toBe(await codeOf(verifier.verify(forged)))
    }
  })
})
