import { createTestIssuer, wrongTokens } from '@sallyport/testing'
import { createVerifier } from '@sallyport/core'
import { describe, expect, it } from 'vitest'
import { tokenOfParts } from '../cli.test.support.ts'
import { inspectToken } from './inspect-token.ts'

const now = Date.UTC(2026, 10, 25, 12)
const seconds = now / 1000
const header = { alg: 'ES256', typ: 'at+jwt', kid: 'k1' }
const claims = {
  iss: 'https://as.example',
  sub: 'alice',
  aud: 'https://api.example',
  client_id: 'web',
  iat: seconds - 60,
  exp: seconds + 240,
  jti: 'j1',
}

/** What is noticed about a token: `problem expired`. */
function noticed(token: string): string[] {
  return inspectToken(token, now).findings.map(({ level, code }) => `${level} ${code}`)
}

const withHeader = (more: object, signature?: string) => tokenOfParts({ ...header, ...more }, claims, signature)
const withClaims = (more: object) => tokenOfParts(header, { ...claims, ...more })

describe('a good token', () => {
  it('is explained, and nothing is noticed', () => {
    const inspection = inspectToken(tokenOfParts(header, { ...claims, scope: 'reports:read' }), now)
    expect(inspection).toMatchObject({ kind: 'signed', findings: [], parts: [{ name: 'signature', bytes: 64 }] })
    const meanings = Object.fromEntries(
      [...inspection.header, ...inspection.claims].map((one) => [one.name, one.meaning]),
    )
    expect(meanings).toMatchObject({
      alg: expect.stringContaining('ECDSA on P-256 with SHA-256'),
      typ: 'an access token (RFC 9068)',
      iss: 'who issued it',
      scope: 'what it permits',
    })
    expect(inspection.claims.find(({ name }) => name === 'exp')).toEqual({
      name: 'exp',
      value: seconds + 240,
      meaning: 'until when it is good',
      date: '2026-11-25 12:04:00 UTC',
      relative: 'in 4 min',
    })
  })

  it('of a real issuer has nothing to notice, signed or encrypted', async () => {
    for (const encrypted of [false, true]) {
      const as = await createTestIssuer({ encrypted })
      const inspection = inspectToken(await as.mint({ scope: 'a' }))
      expect(inspection.kind).toBe(encrypted ? 'encrypted' : 'signed')
      expect(inspection.findings).toEqual([])
    }
  })
})

describe('a header', () => {
  it.each<[string, string, string]>([
    ['alg none', withHeader({ alg: 'none' }, ''), 'problem alg_none'],
    ['alg nOnE', withHeader({ alg: 'nOnE' }, ''), 'problem alg_none'],
    ['a shared secret', withHeader({ alg: 'HS256' }, 'A'.repeat(43)), 'warning shared_secret'],
    ['an algorithm in another case', withHeader({ alg: 'es256' }), 'problem alg_unknown'],
    ['no alg', withHeader({ alg: undefined }), 'problem alg_missing'],
    ['an algorithm by name only', withHeader({ alg: 'ES256K' }), 'note algorithm_by_name'],
    ['crit', withHeader({ crit: ['exp'], exp: 1 }), 'problem crit'],
    ['crit that is empty', withHeader({ crit: [] }), 'problem crit'],
    ['a payload that is not encoded', withHeader({ b64: false }), 'problem b64'],
    ['jku', withHeader({ jku: 'https://evil.example/jwks' }), 'warning key_offered'],
    ['x5u', withHeader({ x5u: 'https://evil.example/crt' }), 'warning key_offered'],
    ['jwk', withHeader({ jwk: {} }), 'warning key_offered'],
    ['no kid', withHeader({ kid: undefined }), 'warning kid_missing'],
    ['a kid that is no text', withHeader({ kid: 7 }), 'problem kid_invalid'],
    ['a kid that is a path', withHeader({ kid: '../../dev/null' }), 'warning kid_suspicious'],
    ['a kid that is a query', withHeader({ kid: "x' UNION SELECT 'k" }), 'warning kid_suspicious'],
    ['typ JWT', withHeader({ typ: 'JWT' }), 'note typ_not_access_token'],
    ['no typ', withHeader({ typ: undefined }), 'note typ_not_access_token'],
    ['typ of a DPoP proof', withHeader({ typ: 'dpop+jwt' }), 'problem typ_refused'],
    [
      'a member twice',
      tokenOfParts('{"alg":"ES256","kid":"a","typ":"at+jwt","alg":"none"}', claims),
      'problem duplicate_member',
    ],
    ['no JSON', tokenOfParts('{alg', claims), 'problem header_malformed'],
    ['5,000 bytes', withHeader({ note: 'x'.repeat(5000) }), 'problem header_too_large'],
  ])('with %s is noticed', (_, token, expected) => expect(noticed(token)).toContain(expected))

  it('may spell its type in any way', () => {
    for (const typ of ['AT+JWT', 'application/at+jwt']) expect(noticed(withHeader({ typ }))).toEqual([])
  })
})

describe('a signature', () => {
  const der = Buffer.concat([
    Buffer.from('3044022020', 'hex'),
    Buffer.alloc(31, 1),
    Buffer.from('0220', 'hex'),
    Buffer.alloc(32, 2),
  ])
  it.each<[string, string, string]>([
    ['is missing', withHeader({}, ''), 'problem signature_missing'],
    ['is cut off', withHeader({}, 'A'.repeat(84)), 'problem signature_length'],
    ['is DER', withHeader({}, der.toString('base64url')), 'problem signature_der'],
    ['has padding', withHeader({}, `${'A'.repeat(86)}==`), 'problem not_canonical'],
    ['is not canonical', withHeader({}, `${'A'.repeat(85)}B`), 'problem not_canonical'],
  ])('that %s is noticed', (_, token, expected) => expect(noticed(token)).toContain(expected))
})

describe('claims', () => {
  it.each<[string, object, string]>([
    ['an exp that has passed', { exp: seconds - 180 }, 'problem expired'],
    ['no exp', { exp: undefined }, 'problem exp_missing'],
    ['an exp in a year', { exp: seconds + 365 * 86_400 }, 'warning exp_far'],
    ['an exp in milliseconds', { exp: now + 240_000 }, 'problem time_invalid'],
    ['an exp that is text', { exp: 'soon' }, 'problem time_invalid'],
    ['an nbf to come', { nbf: seconds + 60 }, 'problem not_yet_valid'],
    ['an iat to come', { iat: seconds + 60 }, 'problem issued_in_future'],
    ['an exp before its iat', { exp: seconds + 10, iat: seconds + 20 }, 'warning never_valid'],
    ['no aud', { aud: undefined }, 'problem aud_missing'],
    ['an aud for nobody', { aud: [] }, 'problem aud_invalid'],
    ['an aud that is no text', { aud: [1] }, 'problem aud_invalid'],
    ['two APIs', { aud: ['a', 'b'] }, 'note aud_several'],
    ['no iss', { iss: undefined }, 'problem iss_missing'],
    ['an iss that is no address', { iss: 'me' }, 'warning iss_not_https'],
    ['a sub that is no text', { sub: 7 }, 'problem claim_invalid'],
    ['a scope that is no text', { scope: { read: true } }, 'problem claim_invalid'],
    ['a scope for everything', { scope: 'read admin' }, 'note scope_broad'],
    ['no client_id', { client_id: undefined }, 'note rfc9068_claims_missing'],
    ['the hash of an access token', { at_hash: 'x' }, 'problem not_an_access_token'],
    ["Cognito's token_use", { token_use: 'id' }, 'problem not_an_access_token'],
    ["Keycloak's typ", { typ: 'Refresh' }, 'problem not_an_access_token'],
    ['a nonce', { nonce: 'n' }, 'warning id_token_look_alike'],
    ['a key that it is bound to', { cnf: { jkt: 'x' } }, 'note bound'],
    ['an e-mail address', { email: 'a@b.example' }, 'warning personal_data'],
    ['an e-mail address by any name', { sub: 'alice@b.example' }, 'warning personal_data'],
    ['a name', { given_name: 'Alice' }, 'warning personal_data'],
    ['a secret', { db_password: 'x' }, 'warning secret_in_claims'],
    ['control characters', { note: '\u001b[2J' }, 'warning control_characters'],
    ['control characters in a name, deep inside', { a: [{ '\u202e': 1 }] }, 'warning control_characters'],
    ['4,100 bytes', { data: 'x'.repeat(3000) }, 'note too_large_for_cookies'],
    ['9,000 bytes', { data: 'x'.repeat(7000) }, 'warning too_large_for_headers'],
    ['20,000 bytes', { data: 'x'.repeat(15_000) }, 'problem too_large'],
  ])('with %s are noticed', (_, more, expected) => expect(noticed(withClaims(more))).toContain(expected))

  it('with a member twice are noticed', () => {
    const text = JSON.stringify(claims).replace('{', '{"sub":"bob",')
    expect(noticed(tokenOfParts(header, text))).toEqual(['warning duplicate_claim'])
  })

  it('within the tolerance of clocks are not called expired', () => {
    expect(noticed(withClaims({ exp: seconds - 29 }))).toEqual([])
    expect(noticed(withClaims({ exp: seconds - 30 }))).toEqual(['problem expired'])
  })

  it('named as what every object has are explained like any other', () => {
    const text = JSON.stringify(claims).replace('{', '{"__proto__":"a","constructor":"b","toString":"c",')
    const names = inspectToken(tokenOfParts(header, text), now).claims.slice(0, 3)
    expect(names).toEqual([
      { name: '__proto__', value: 'a', meaning: '' },
      { name: 'constructor', value: 'b', meaning: '' },
      { name: 'toString', value: 'c', meaning: '' },
    ])
  })
})

describe('an encrypted token', () => {
  const jwe = { alg: 'dir', enc: 'A256GCM', cty: 'at+jwt', kid: 'k' }
  const parts = (more: object, [key, iv, ciphertext, tag] = ['', 'A'.repeat(16), 'AAAA', `${'A'.repeat(21)}A`]) =>
    [Buffer.from(JSON.stringify({ ...jwe, ...more })).toString('base64url'), key, iv, ciphertext, tag].join('.')

  it('has nothing to notice when its form is right', () => expect(noticed(parts({}))).toEqual([]))

  it.each<[string, string, string]>([
    ['zip', parts({ zip: 'DEF' }), 'problem zip'],
    ['RSA1_5', parts({ alg: 'RSA1_5' }), 'problem alg_refused'],
    ['a password', parts({ alg: 'PBES2-HS256+A128KW' }), 'problem alg_refused'],
    ['no enc', parts({ enc: undefined }), 'problem enc_unknown'],
    ['no cty', parts({ cty: undefined }), 'note cty_missing'],
    ['another cty', parts({ cty: 'json' }), 'problem cty_refused'],
    ['no epk', parts({ alg: 'ECDH-ES' }), 'problem epk_missing'],
    ['a private epk', parts({ alg: 'ECDH-ES', epk: { d: 'x' } }), 'warning epk_private'],
    ['claims in the clear', parts({ iss: 'https://as.example' }), 'note claims_replicated'],
    ['no encrypted key', parts({ alg: 'A256KW' }), 'problem encrypted_key_missing'],
    ['a tag of 4 bytes', parts({}, ['', 'A'.repeat(16), 'AAAA', 'AAAAAA']), 'problem length_wrong'],
    [
      'an encrypted key for dir',
      parts({}, ['AAAA', 'A'.repeat(16), 'AAAA', `${'A'.repeat(21)}A`]),
      'problem encrypted_key_unexpected',
    ],
    ['no content', parts({}, ['', 'A'.repeat(16), '', `${'A'.repeat(21)}A`]), 'problem ciphertext_missing'],
  ])('with %s is noticed', (_, token, expected) => expect(noticed(token)).toContain(expected))
})

describe('what is no JWT', () => {
  it.each([
    ['opaque text', 'x'.repeat(43), 'opaque'],
    ['JSON', '{"payload":"e30","signature":""}', 'json_serialization'],
    ['two parts', 'e30.e30', 'not_a_jwt'],
    ['many parts', '.'.repeat(1000), 'not_a_jwt'],
    ['two megabytes', 'a.'.repeat(1_000_000), 'too_large'],
  ])('%s is told so', (_, text, code) => {
    expect(inspectToken(text, now)).toMatchObject({ kind: 'opaque', findings: [{ level: 'problem', code }] })
  })

  it('is a token with line breaks inside, which is explained all the same', () => {
    const token = tokenOfParts(header, claims)
    const broken = `${token.slice(0, 30)}\n  ${token.slice(30)}`
    expect(noticed(broken)).toEqual(['problem white_space'])
    expect(inspectToken(broken, now).claims).toHaveLength(7)
  })
})

describe('a problem', () => {
  it.each(Object.values(wrongTokens))('is found in a token that is refused by its content: $kind', async ({ kind }) => {
    const as = await createTestIssuer()
    const problems = inspectToken(await as.mint({ wrong: kind })).findings.filter(({ level }) => level === 'problem')
    // Only keys and configuration tell these from good ones; a bound one is good where its proof is checked.
    const needMore = [
      'wrong_issuer',
      'wrong_audience',
      'wrong_key',
      'unknown_key',
      'embedded_key',
      'tampered',
      'hmac_with_public_key',
      'sender_constrained',
    ]
    expect(problems.length > 0).toBe(!needMore.includes(kind))
  })

  it('is never found in a token that is accepted', async () => {
    const as = await createTestIssuer()
    const verifier = createVerifier(as.verifierOptions)
    for (const more of [
      {},
      { exp: 253_402_300_799 },
      { email: 'a@b.example', nonce: 'n' },
      { iat: undefined, jti: undefined },
    ]) {
      const token = await as.mint({ claims: more })
      await verifier.verify(token)
      expect(inspectToken(token).findings.filter(({ level }) => level === 'problem')).toEqual([])
    }
  })
})
