import { createHmac, createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
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
  nowSeconds,
} from './mint.test.support.ts'
import { createVerifier, type VerifierEvent, type VerifierOptions } from './index.ts'

const es256 = makeKey('ES256')
const rs256 = makeKey('RS256')
const jwks = { keys: [es256.publicJwk, rs256.publicJwk] }
const base = { issuer, audience, jwks } as const

const verifierWith = (options: Partial<VerifierOptions> = {}) =>
  createVerifier({ ...base, ...options } as VerifierOptions)
const verifier = verifierWith()
const verdictOn = (claims: Members, header: Members = {}) =>
  mint(es256, claims, header).then((token) => codeOf(verifier.verify(token)))

describe('an access token that is good', () => {
  it('becomes a typed, frozen Authentication', async () => {
    const claims = goodClaims({ nested: { list: [1] } })
    const auth = await verifier.verify(await mint(es256, claims))
    expect(auth).toMatchObject({
      subject: 'user-1',
      clientId: 'client-1',
      issuer,
      audience: [audience],
      scopes: ['a', 'b'],
      expiresAt: claims['exp'],
      issuedAt: claims['iat'],
      tokenId: 'token-1',
      confirmation: undefined,
      claims,
    })
    expect(auth.hasScope('a')).toBe(true)
    expect(auth.hasScope('A')).toBe(false)
  })

  it('CLAIM-8: is frozen to its depth, so that no handler changes what the next request gets', async () => {
    const token = await mint(es256, goodClaims({ nested: { list: [{ role: 'user' }] } }))
    const { claims, scopes, audience: audiences } = await verifier.verify(token)
    const nested = claims['nested'] as { list: { role: string }[] }
    expect(() => Object.assign(nested.list[0] as object, { role: 'admin' })).toThrow(TypeError)
    expect(() => nested.list.push({ role: 'admin' })).toThrow(TypeError)
    expect(() => (scopes as string[]).push('admin')).toThrow(TypeError)
    expect(() => (audiences as string[]).push('x')).toThrow(TypeError)
    expect((await verifier.verify(token)).claims).toEqual(claims)
  })

  it.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'])(
    'is accepted when signed with %s',
    async (alg) => {
      const key = makeKey(alg)
      const token = await mint(key)
      expect((await createVerifier({ issuer, audience, jwks: { keys: [key.publicJwk] } }).verify(token)).subject).toBe(
        'user-1',
      )
    },
  )

  it('is accepted when signed with ES256K only where that is named', async () => {
    const key = makeKey('ES256K')
    const input = mintRaw(
      key,
      JSON.stringify({ alg: 'ES256K', kid: key.kid, typ: 'at+jwt' }),
      JSON.stringify(goodClaims()),
    )
    const options = { issuer, audience, jwks: { keys: [key.publicJwk] } }
    expect(await codeOf(createVerifier(options).verify(input))).toBe('algorithm_refused')
    expect(await codeOf(createVerifier({ ...options, algorithms: ['ES256K'] as const }).verify(input))).toBe('accepted')
  })

  it('is accepted with a PEM public key whatever its kid', async () => {
    const publicKey = createPublicKey(es256.privateKey).export({ type: 'spki', format: 'pem' }) as string
    const withPem = createVerifier({ issuer, audience, publicKey, algorithm: 'ES256' })
    expect(await codeOf(withPem.verify(await mint(es256, goodClaims(), { kid: 'any' })))).toBe('accepted')
    expect(await codeOf(withPem.verify(await mint(rs256)))).toBe('algorithm_refused')
  })

  it('is accepted with a shared secret that is named with its algorithm', async () => {
    const secret = 'a secret of at least thirty-two bytes'
    const input = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.${Buffer.from(JSON.stringify(goodClaims())).toString('base64url')}`
    const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
    const withSecret = createVerifier({ issuer, audience, secret, algorithm: 'HS256' })
    expect(await codeOf(withSecret.verify(token))).toBe('accepted')
    expect(await codeOf(withSecret.verify(`${token.slice(0, -4)}AAAA`))).toBe('signature_invalid')
    expect(await codeOf(withSecret.verify(await mint(es256)))).toBe('algorithm_refused')
  })

  it('reads scopes of scp, of an array, and of the claims that are named', async () => {
    const scopesOf = async (claims: Members, options: Partial<VerifierOptions> = {}) =>
      (await verifierWith(options).verify(await mint(es256, goodClaims(claims)))).scopes
    expect(await scopesOf({ scope: undefined, scp: ['x', 'y'] })).toEqual(['x', 'y'])
    expect(await scopesOf({ scope: undefined, scp: 'x y' })).toEqual(['x', 'y'])
    expect(await scopesOf({ scope: '' })).toEqual([])
    expect(await scopesOf({ permissions: ['p'] }, { scopeClaims: ['scope', 'permissions'] })).toEqual(['a', 'b', 'p'])
  })
})

describe('the form of a token', () => {
  it('JOSE-1: exactly three segments, or five, and no JSON serialization', async () => {
    const token = await mint(es256)
    const [header, payload, signature] = token.split('.')
    for (const bad of [
      '',
      '.',
      '..',
      `${header}.${payload}`,
      `${token}.`,
      `${token}.x`,
      `${token}.x.y.z`,
      JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
    ]) {
      expect(await codeOf(verifier.verify(bad)), bad).toBe('token_malformed')
    }
  })

  it('JOSE-2: canonical base64url in every segment', async () => {
    const token = await mint(es256)
    for (let segment = 0; segment < 3; segment++) {
      for (const change of [
        (s: string) => `${s}=`,
        (s: string) => ` ${s}`,
        (s: string) => `${s}\n`,
        (s: string) => `${s.slice(0, -1)}+`,
        (s: string) => `${s}A`.padEnd(s.length + (5 - (s.length % 4)), 'A'),
      ]) {
        const segments = token.split('.')
        segments[segment] = change(segments[segment] as string)
        expect(['token_malformed', 'signature_invalid']).toContain(await codeOf(verifier.verify(segments.join('.'))))
      }
    }
    // An ES256 signature of 64 bytes leaves four unused bits in its last character.
    const last = token.at(-1) as string
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const twin = alphabet[alphabet.indexOf(last) | 1] as string
    expect(await codeOf(verifier.verify(token.slice(0, -1) + twin))).toBe('token_malformed')
  })

  it.each([
    ['an array', '[]'],
    ['a duplicate member', '{"alg":"ES256","kid":"ES256-1","kid":"ES256-1"}'],
    ['a duplicate member by an escape', '{"alg":"ES256","\\u0061lg":"ES256","kid":"ES256-1"}'],
    ['a byte order mark', '\ufeff{"alg":"ES256","kid":"ES256-1"}'],
    ['no alg', '{"kid":"ES256-1"}'],
    ['an alg that is no string', '{"alg":["ES256"],"kid":"ES256-1"}'],
    ['over 4 kB', `{"alg":"ES256","kid":"ES256-1","x":"${'x'.repeat(4096)}"}`],
  ])('JOSE-3: refuses a header with %s', async (_, header) => {
    expect(await codeOf(verifier.verify(mintRaw(es256, header, JSON.stringify(goodClaims()))))).toBe('token_malformed')
  })

  it('JOSE-3: refuses invalid UTF-8 in header and payload, and a payload that is no object', async () => {
    const header = '{"alg":"ES256","kid":"ES256-1"}'
    const payload = JSON.stringify(goodClaims())
    const broken = (text: string) =>
      Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"x":"\xff"}', 'latin1')])
    expect(await codeOf(verifier.verify(mintRaw(es256, broken(header), payload)))).toBe('token_malformed')
    expect(await codeOf(verifier.verify(mintRaw(es256, header, broken(payload))))).toBe('token_malformed')
    for (const claims of ['[]', 'null', '"x"', '', '{', `\ufeff${payload}`]) {
      expect(await codeOf(verifier.verify(mintRaw(es256, header, claims)))).toBe('token_malformed')
    }
  })

  it('JOSE-3: keeps __proto__ and constructor as plain data', async () => {
    const payload = JSON.stringify(goodClaims()).replace('{', '{"__proto__":{"scope":"admin"},"constructor":1,')
    const auth = await verifier.verify(mintRaw(es256, '{"alg":"ES256","kid":"ES256-1"}', payload))
    expect(auth.hasScope('admin')).toBe(false)
    expect(Object.hasOwn(auth.claims, '__proto__')).toBe(true)
    expect(({} as Members)['scope']).toBeUndefined()
  })

  it.each(['none', 'None', 'NONE', 'nOnE', '', 'es256', 'ES256 ', 'HS256', 'constructor', '__proto__'])(
    'JOSE-4: refuses the alg "%s" before any key is looked at',
    async (alg) => {
      const token = mintRaw(es256, JSON.stringify({ alg, kid: es256.kid }), JSON.stringify(goodClaims()))
      expect(await codeOf(verifier.verify(token))).toBe('algorithm_refused')
      expect(await codeOf(verifier.verify(token.slice(0, token.lastIndexOf('.') + 1)))).toBe('algorithm_refused')
    },
  )

  it('JOSE-5: refuses HMAC made with the public key', async () => {
    const pem = createPublicKey(rs256.privateKey).export({ type: 'spki', format: 'pem' })
    const input = `${Buffer.from('{"alg":"HS256","kid":"RS256-1"}').toString('base64url')}.${Buffer.from(JSON.stringify(goodClaims())).toString('base64url')}`
    const token = `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`
    expect(await codeOf(verifier.verify(token))).toBe('algorithm_refused')
  })

  it('JOSE-5: uses a key only with the algorithm it was published for', async () => {
    expect(await codeOf(verifier.verify(await mint({ ...rs256, alg: 'PS256' })))).toBe('key_unknown')
    expect(await codeOf(verifier.verify(await mint({ ...es256, kid: rs256.kid })))).toBe('key_unknown')
  })

  it('JOSE-6: never takes a key from the token', async () => {
    const stranger = makeKey('ES256', 'stranger')
    for (const member of [
      { jwk: stranger.publicJwk },
      { jku: 'https://evil.example/jwks' },
      { x5u: 'https://evil.example/x' },
      { x5c: ['AAAA'] },
    ]) {
      const header = JSON.stringify({ alg: 'ES256', kid: 'stranger', ...member })
      expect(await codeOf(verifier.verify(mintRaw(stranger, header, JSON.stringify(goodClaims()))))).toBe('key_unknown')
      const known = JSON.stringify({ alg: 'ES256', kid: es256.kid, ...member })
      expect(await codeOf(verifier.verify(mintRaw(stranger, known, JSON.stringify(goodClaims()))))).toBe(
        'signature_invalid',
      )
    }
  })

  it.each([{ crit: [] }, { crit: ['exp'] }, { crit: 'exp' }, { crit: ['b64'], b64: false }, { b64: false }])(
    'JOSE-7: refuses the header %j',
    async (members) => {
      const header = JSON.stringify({ alg: 'ES256', kid: es256.kid, ...members })
      expect(await codeOf(verifier.verify(mintRaw(es256, header, JSON.stringify(goodClaims()))))).toBe(
        'token_malformed',
      )
    },
  )

  it('JOSE-8: looks a kid up by equality, at most 512 characters of it', async () => {
    for (const kid of ['__proto__', 'constructor', '../ES256-1', 'es256-1', '']) {
      expect(await codeOf(verifier.verify(await mint(es256, goodClaims(), { kid }))), kid).toBe('key_unknown')
    }
    for (const kid of ['x'.repeat(513), 7, null]) {
      const header = JSON.stringify({ alg: 'ES256', kid })
      expect(await codeOf(verifier.verify(mintRaw(es256, header, JSON.stringify(goodClaims()))))).toBe(
        'token_malformed',
      )
    }
  })

  it('JOSE-9: tries at most four suitable keys of a token without kid', async () => {
    const keys = Array.from({ length: 5 }, (_, index) => makeKey('ES256', `k${index}`))
    const token = await mint(keys[3] as typeof es256, goodClaims(), { kid: undefined })
    const withKeys = (count: number) =>
      createVerifier({ issuer, audience, jwks: { keys: keys.slice(0, count).map(({ publicJwk }) => publicJwk) } })
    expect(await codeOf(withKeys(4).verify(token))).toBe('accepted')
    expect(await codeOf(withKeys(5).verify(token))).toBe('key_unknown')
  })

  it('JOSE-10: takes signatures of the exact length only, and no zeros', async () => {
    const token = await mint(es256)
    const input = token.slice(0, token.lastIndexOf('.') + 1)
    const signature = Buffer.from(token.slice(input.length), 'base64url')
    const der = Buffer.concat([
      Buffer.of(0x30, 68, 2, 32),
      signature.subarray(0, 32),
      Buffer.of(2, 32),
      signature.subarray(32),
    ])
    for (const bad of [
      Buffer.alloc(0),
      signature.subarray(1),
      Buffer.concat([Buffer.of(0), signature]),
      der,
      Buffer.alloc(64),
    ]) {
      expect(await codeOf(verifier.verify(input + bad.toString('base64url')))).toBe('signature_invalid')
    }
  })

  it('JOSE-15: refuses JSON nested deeper than 32 before anything recursive sees it', async () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
    const payload = (depth: number) => JSON.stringify(goodClaims()).replace('{', `{"x":${nested(depth)},`)
    const header = '{"alg":"ES256","kid":"ES256-1"}'
    expect(await codeOf(verifier.verify(mintRaw(es256, header, payload(31))))).toBe('accepted')
    expect(await codeOf(verifier.verify(mintRaw(es256, header, payload(32))))).toBe('token_malformed')
    expect(await codeOf(verifier.verify(mintRaw(es256, header, payload(5000))))).toBe('token_malformed')
    expect(await codeOf(verifier.verify(mintRaw(es256, `{"alg":"ES256","x":${nested(1000)}}`, '{}')))).toBe(
      'token_malformed',
    )
  })

  it('CRED-6: refuses a token over maxTokenBytes before any decoding', async () => {
    expect(await codeOf(verifier.verify(`${'e'.repeat(16_385)}`))).toBe('token_too_large')
    expect(await codeOf(verifier.verify(await mint(es256, goodClaims({ x: 'x'.repeat(16_384) }))))).toBe(
      'token_too_large',
    )
    expect(await codeOf(verifierWith({ maxTokenBytes: 300 }).verify(await mint(es256)))).toBe('token_too_large')
  })

  it('refuses what is no string at all as malformed, never with another exception', async () => {
    for (const token of [undefined, null, 1, {}, [], Symbol('x'), () => '']) {
      expect(await codeOf(verifier.verify(token as never))).toBe('token_malformed')
    }
  })
})

describe('the type of a token', () => {
  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', 'jwt', undefined])(
    'JOSE-14: accepts the typ %s in the profile interoperable',
    async (typ) => expect(await verdictOn(goodClaims(), { typ })).toBe('accepted'),
  )

  it.each(['id+jwt', 'dpop+jwt', 'logout+jwt', 'secevent+jwt', 'at+jwt2', ''])(
    'JOSE-14: refuses the typ %s',
    async (typ) => expect(await verdictOn(goodClaims(), { typ })).toBe('token_type_refused'),
  )

  it('JOSE-14: accepts only at+jwt in the profile rfc9068, and others where they are named', async () => {
    const rfc9068 = verifierWith({ profile: 'rfc9068' })
    expect(await codeOf(rfc9068.verify(await mint(es256, goodClaims(), { typ: 'application/AT+jwt' })))).toBe(
      'accepted',
    )
    expect(await codeOf(rfc9068.verify(await mint(es256, goodClaims(), { typ: 'JWT' })))).toBe('token_type_refused')
    expect(await codeOf(rfc9068.verify(await mint(es256, goodClaims(), { typ: undefined })))).toBe('token_type_refused')
    const own = verifierWith({ tokenTypes: ['vnd.example.at+jwt'] })
    expect(await codeOf(own.verify(await mint(es256, goodClaims(), { typ: 'vnd.example.at+jwt' })))).toBe('accepted')
  })

  it.each([
    { at_hash: 'x' },
    { c_hash: 'x' },
    { s_hash: 'x' },
    { events: {} },
    { htm: 'GET' },
    { htu: 'x' },
    { token_introspection: {} },
    { token_use: 'id' },
    { typ: 'ID' },
    { typ: 'Refresh' },
    { typ: 'Offline' },
    { typ: 'Logout' },
  ])('CLAIM-7: refuses the look-alike with %j', async (claims) => {
    expect(await verdictOn(goodClaims(claims))).toBe('not_an_access_token')
  })

  it('CLAIM-7: accepts the access tokens of Cognito and Keycloak, which have such claims too', async () => {
    expect(await verdictOn(goodClaims({ token_use: 'access' }))).toBe('accepted')
    expect(await verdictOn(goodClaims({ typ: 'Bearer' }))).toBe('accepted')
  })
})

describe('the claims of a token', () => {
  it.each(['https://as.example/', 'https://AS.example', 'https://as.example.evil', 'https://as.exampl', ''])(
    'CLAIM-1: refuses the issuer %s',
    async (iss) => expect(await verdictOn(goodClaims({ iss }))).toBe('issuer_refused'),
  )

  it('CLAIM-1: refuses a token of one issuer that another has signed', async () => {
    const other = makeKey('ES256', es256.kid)
    const both = createVerifier({
      issuers: [
        { ...base },
        { issuer: 'https://other.example', audience: 'https://other-api.example', jwks: { keys: [other.publicJwk] } },
      ],
    })
    expect(await codeOf(both.verify(await mint(other)))).toBe('signature_invalid')
    const own = goodClaims({ iss: 'https://other.example', aud: 'https://other-api.example' })
    expect(await codeOf(both.verify(await mint(other, own)))).toBe('accepted')
    expect(await codeOf(both.verify(await mint(other, { ...own, aud: audience })))).toBe('audience_refused')
  })

  it.each([
    ['audience_refused', `${audience}/`],
    ['audience_refused', audience.toUpperCase()],
    ['audience_refused', audience.slice(0, -1)],
    ['audience_refused', ''],
    ['audience_refused', []],
    ['audience_refused', [audience, 1]],
    ['audience_refused', [[audience]]],
    ['audience_refused', null],
    ['audience_refused', { 0: audience }],
    ['claim_missing', undefined],
    ['accepted', ['x', audience]],
  ])('CLAIM-2: says %s to the audience %j', async (verdict, aud) => {
    expect(await verdictOn(goodClaims({ aud }))).toBe(verdict)
  })

  it('CLAIM-2: takes any audience only where that is asked for', async () => {
    const any = createVerifier({ issuer, jwks, allowAnyAudience: true })
    expect(await codeOf(any.verify(await mint(es256, goodClaims({ aud: 'x' }))))).toBe('accepted')
    expect(await codeOf(any.verify(await mint(es256, goodClaims({ aud: undefined }))))).toBe('accepted')
    expect(await codeOf(any.verify(await mint(es256, goodClaims({ aud: 7 }))))).toBe('audience_refused')
  })

  it.each([
    ['claim_missing', undefined],
    ['claim_invalid', null],
    ['claim_invalid', '2000000000'],
    ['claim_invalid', -1],
    ['claim_invalid', Date.now() + 300_000],
    ['claim_invalid', 253_402_300_800],
    ['accepted', 253_402_300_799],
    ['token_expired', 0],
  ])('CLAIM-3: says %s to exp %j', async (verdict, exp) => {
    expect(await verdictOn(goodClaims({ exp }))).toBe(verdict)
  })

  it('CLAIM-3: counts exp and the tolerance from now', async () => {
    expect(await verdictOn(goodClaims({ exp: nowSeconds() - 31 }))).toBe('token_expired')
    expect(await verdictOn(goodClaims({ exp: nowSeconds() - 20 }))).toBe('accepted')
  })

  it('CLAIM-3: refuses a number that parses to Infinity', async () => {
    const payload = JSON.stringify(goodClaims()).replace(/"exp":\d+/, '"exp":1e999')
    const token = mintRaw(es256, '{"alg":"ES256","kid":"ES256-1"}', payload)
    expect(await codeOf(verifier.verify(token))).toBe('claim_invalid')
  })

  it.each([
    ['accepted', { iat: undefined }],
    ['claim_invalid', { nbf: 'now' }],
    ['claim_invalid', { iat: '1' }],
    ['claim_invalid', { iat: null }],
  ])('CLAIM-4: says %s to %j', async (verdict, claims) => {
    expect(await verdictOn(goodClaims(claims))).toBe(verdict)
  })

  it('CLAIM-4: counts nbf, iat and the tolerance from now', async () => {
    expect(await verdictOn(goodClaims({ nbf: nowSeconds() + 60 }))).toBe('token_not_yet_valid')
    expect(await verdictOn(goodClaims({ iat: nowSeconds() + 60 }))).toBe('token_not_yet_valid')
    expect(await verdictOn(goodClaims({ nbf: nowSeconds() + 20 }))).toBe('accepted')
  })

  it('CLAIM-5: refuses tokens older than maxTokenAgeSeconds, and those that do not tell their age', async () => {
    const young = verifierWith({ maxTokenAgeSeconds: 60 })
    const verdict = async (iat: unknown) => codeOf(young.verify(await mint(es256, goodClaims({ iat }))))
    expect(await verdict(nowSeconds() - 50)).toBe('accepted')
    expect(await verdict(nowSeconds() - 100)).toBe('token_expired')
    expect(await verdict(undefined)).toBe('claim_missing')
  })

  it.each([{ sub: 1 }, { jti: {} }, { client_id: ['x'] }, { scope: 7 }, { scope: { a: 1 } }])(
    'CLAIM-6: refuses the type of %j',
    async (claims) => expect(await verdictOn(goodClaims(claims))).toBe('claim_invalid'),
  )

  it.each(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])(
    'CLAIM-6: needs %s in the profile rfc9068',
    async (name) => {
      const token = await mint(es256, goodClaims({ [name]: undefined }))
      expect(await codeOf(verifierWith({ profile: 'rfc9068' }).verify(token))).toBe('claim_missing')
    },
  )

  it.each([{ scp: ['a b'] }, { scope: ['a', 1] }, { scp: 5 }])('POLICY-2: refuses the scopes %j', async (claims) => {
    expect(await verdictOn(goodClaims({ scope: undefined, ...claims }))).toBe('claim_invalid')
  })

  it('asks for required claims and predicates, which pass by true alone', async () => {
    const strict = verifierWith({
      requiredClaims: ['tenant'],
      claimPredicates: { tenant: (value) => (value === 'truthy' ? (1 as never) : value === 'acme') },
    })
    const verdict = async (tenant: unknown) => codeOf(strict.verify(await mint(es256, goodClaims({ tenant }))))
    expect(await verdict('acme')).toBe('accepted')
    expect(await verdict('other')).toBe('claim_invalid')
    expect(await verdict('truthy')).toBe('claim_invalid')
    expect(await verdict(undefined)).toBe('claim_missing')
    const broken = verifierWith({
      claimPredicates: {
        sub: () => {
          throw new Error('bug')
        },
      },
    })
    await expect(broken.verify(await mint(es256))).rejects.toThrow('bug')
  })

  it('BIND-1: refuses a token that is bound to a key, unless the caller says that it checks', async () => {
    for (const cnf of [{ jkt: 'x' }, { 'x5t#S256': 'x' }, {}, null, 'x']) {
      const token = await mint(es256, goodClaims({ cnf }))
      expect(await codeOf(verifier.verify(token))).toBe('binding_missing')
      expect(await codeOf(verifierWith({ binding: 'checked-by-caller' }).verify(token))).toBe('accepted')
    }
  })
})

describe('an encrypted token', () => {
  const secret = Buffer.alloc(32, 7)
  const decryption = { keys: [{ kty: 'oct', k: secret.toString('base64url'), alg: 'dir' }] }
  const nested = verifierWith({ decryption })

  it('is decrypted, and its inside verified', async () => {
    expect((await nested.verify(await encrypt(await mint(es256), secret))).subject).toBe('user-1')
    const stranger = makeKey('ES256', es256.kid)
    expect(await codeOf(nested.verify(await encrypt(await mint(stranger), secret)))).toBe('signature_invalid')
  })

  it('is refused where no decryption is configured', async () => {
    expect(await codeOf(verifier.verify(await encrypt(await mint(es256), secret)))).toBe('algorithm_refused')
  })

  it('JWE-7: is refused with a bare claims set, with another JWE, or with anything else inside', async () => {
    expect(await codeOf(nested.verify(await encrypt(goodClaims(), secret)))).toBe('not_signed')
    const twice = await encrypt(await encrypt(await mint(es256), secret), secret)
    expect(await codeOf(nested.verify(twice))).toBe('token_malformed')
    expect(await codeOf(nested.verify(await encrypt('x', secret)))).toBe('token_malformed')
    expect(await codeOf(nested.verify(await encrypt('a.b.c', secret)))).toBe('token_malformed')
  })

  it('JWE-7: is accepted with a bare claims set where a shared secret vouches for it by option', async () => {
    const unsigned = verifierWith({ decryption: { ...decryption, acceptUnsigned: true } })
    expect((await unsigned.verify(await encrypt(goodClaims(), secret, { cty: undefined as never }))).subject).toBe(
      'user-1',
    )
    expect(await codeOf(unsigned.verify(await encrypt(goodClaims({ aud: 'x' }), secret)))).toBe('audience_refused')
    expect(await codeOf(unsigned.verify(await encrypt(await mint(es256), secret)))).toBe('accepted')
  })

  it.each([
    ['accepted', 'JWT'],
    ['accepted', 'application/jwt'],
    ['accepted', 'at+jwt'],
    ['accepted', undefined],
    ['token_type_refused', 'json'],
  ])('JWE-8: says %s to the cty %s', async (verdict, cty) => {
    expect(await codeOf(nested.verify(await encrypt(await mint(es256), secret, { cty: cty as never })))).toBe(verdict)
  })

  it('JWE-8: needs cty in the profile rfc9068', async () => {
    const rfc9068 = verifierWith({ decryption, profile: 'rfc9068' })
    expect(await codeOf(rfc9068.verify(await encrypt(await mint(es256), secret)))).toBe('accepted')
    expect(await codeOf(rfc9068.verify(await encrypt(await mint(es256), secret, { cty: undefined as never })))).toBe(
      'token_type_refused',
    )
  })

  it('JWE-9: has equal claims where its header repeats them', async () => {
    const verdict = async (header: Members) =>
      codeOf(nested.verify(await encrypt(await mint(es256), secret, header as never)))
    expect(await verdict({ iss: issuer, aud: audience, sub: 'user-1' })).toBe('accepted')
    expect(await verdict({ iss: 'https://evil.example' })).toBe('claim_invalid')
    expect(await verdict({ aud: [audience] })).toBe('claim_invalid')
  })

  it('JWE-10: is the only one accepted where decryption is required', async () => {
    const required = verifierWith({ decryption: { ...decryption, required: true } })
    expect(await codeOf(required.verify(await mint(es256)))).toBe('decryption_required')
    expect(await codeOf(required.verify(await encrypt(await mint(es256), secret)))).toBe('accepted')
  })
})

describe('remembered tokens', () => {
  it('JOSE-13: serve the identical whole token only', async () => {
    const token = await mint(es256)
    const [header, , signature] = token.split('.')
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    const forged = Buffer.from(JSON.stringify(goodClaims({ sub: 'admin' }))).toString('base64url')
    expect(await codeOf(verifier.verify(`${header}.${forged}.${signature}`))).toBe('signature_invalid')
    expect((await verifier.verify(token)).subject).toBe('user-1')
  })

  it('JOSE-13: are asked for the time and the predicates again', async () => {
    let permitted = true
    const asking = verifierWith({ claimPredicates: { sub: () => permitted } })
    const token = await mint(es256)
    expect(await codeOf(asking.verify(token))).toBe('accepted')
    permitted = false
    expect(await codeOf(asking.verify(token))).toBe('claim_invalid')
  })

  it('JOSE-12: give the same Authentication, or none at all with cache: false', async () => {
    const token = await mint(es256)
    // The first time is not remembered: most tokens of a stranger never come again.
    expect(await verifier.verify(token)).toEqual(await verifier.verify(token))
    expect(await verifier.verify(token)).toBe(await verifier.verify(token))
    const forgetful = verifierWith({ cache: false })
    const first = await forgetful.verify(token)
    expect(await forgetful.verify(token)).not.toBe(first)
    expect(await forgetful.verify(token)).toEqual(first)
  })
})

describe('events', () => {
  it('say what the response does not', async () => {
    const events: VerifierEvent[] = []
    const observed = verifierWith()
    const token = await mint(es256)
    await observed.verify(token)
    const end = observed.subscribe((event) => events.push(event))
    await observed.verify(token)
    await observed.verify(token)
    await codeOf(observed.verify(await mint(es256, goodClaims({ iss: `${issuer}/` }))))
    end()
    await observed.verify(token)
    expect(events).toMatchObject([
      { type: 'accepted', issuer, keyId: es256.kid, algorithm: 'ES256', cached: false },
      { type: 'accepted', cached: true },
      { type: 'refused', code: 'issuer_refused', reason: expect.stringContaining('trailing slash'), expected: issuer },
    ])
    expect(events).toHaveLength(3)
    expect(JSON.stringify(events)).not.toContain(token.split('.')[2])
  })

  it('never change a verdict, even when a listener throws', async () => {
    const observed = verifierWith()
    observed.subscribe(() => {
      throw new Error('listener')
    })
    expect(await codeOf(observed.verify(await mint(es256)))).toBe('accepted')
    expect(await codeOf(observed.verify('x'))).toBe('token_malformed')
  })
})

describe('issuers that a resolver accepts', () => {
  it('CLAIM-9: are asked for once, refusals too, and faults are no refusals', async () => {
    const asked: string[] = []
    let down = false
    const tenants = createVerifier({
      resolveIssuer: async (iss) => {
        asked.push(iss)
        if (down) throw new Error('database')
        return iss === issuer ? base : undefined
      },
    })
    const token = await mint(es256)
    expect(await Promise.all([1, 2, 3].map(() => codeOf(tenants.verify(token))))).toEqual([
      'accepted',
      'accepted',
      'accepted',
    ])
    expect(await codeOf(tenants.verify(token))).toBe('accepted')
    const stranger = await mint(es256, goodClaims({ iss: 'https://stranger.example' }))
    expect(await codeOf(tenants.verify(stranger))).toBe('issuer_refused')
    expect(await codeOf(tenants.verify(stranger))).toBe('issuer_refused')
    expect(asked).toEqual([issuer, 'https://stranger.example'])
    down = true
    const third = await mint(es256, goodClaims({ iss: 'https://third.example' }))
    expect(await codeOf(tenants.verify(third))).toBe('keys_unavailable')
    down = false
    expect(await codeOf(tenants.verify(third))).toBe('issuer_refused')
  })
})
