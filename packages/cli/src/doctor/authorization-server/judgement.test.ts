import { createSigner, generateSigningKey } from '@sallyport/issuer'
import { describe, expect, it } from 'vitest'
import { judgeCaching, judgeContentType } from './caching.ts'
import { judgeKeys } from './keys.ts'
import { judgeMetadata } from './metadata.ts'
import { wellKnownOf } from './well-known.ts'

const issuer = 'https://as.example'
const good = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
}

const found = (more: object) =>
  judgeMetadata({ ...good, ...more }, issuer).map(({ level, check }) => `${level} ${check}`)

describe('the metadata of an authorization server', () => {
  it('is good', () => expect(found({})).toEqual(['ok metadata.issuer', 'ok metadata.endpoints', 'ok metadata.pkce']))

  it.each<[object, string]>([
    [{ issuer: undefined }, 'problem metadata.issuer'],
    [{ issuer: 'https://other.example' }, 'problem metadata.issuer'],
    [{ issuer: `${issuer}/` }, 'note metadata.issuer'],
    [{ jwks_uri: undefined }, 'problem metadata.jwks_uri'],
    [{ jwks_uri: 'http://as.example/jwks' }, 'problem metadata.endpoints'],
    [{ token_endpoint: '/token' }, 'problem metadata.endpoints'],
    [{ grant_types_supported: ['implicit'], response_types_supported: [] }, 'warning metadata.implicit'],
    [{ response_types_supported: ['code id_token token'] }, 'warning metadata.implicit'],
    [{ grant_types_supported: ['password'] }, 'warning metadata.password'],
    [{ code_challenge_methods_supported: ['plain'] }, 'warning metadata.pkce'],
    [{ code_challenge_methods_supported: undefined }, 'warning metadata.pkce'],
    [{ id_token_signing_alg_values_supported: ['RS256', 'none'] }, 'warning metadata.alg_none'],
    [{ dpop_signing_alg_values_supported: ['ES256'] }, 'note metadata.dpop'],
    [{ tls_client_certificate_bound_access_tokens: true }, 'note metadata.mtls'],
    [{ authorization_response_iss_parameter_supported: undefined }, 'note metadata.iss_parameter'],
  ])('with %j has a finding', (more, finding) => expect(found(more)).toContain(finding))
})

it('the implicit grant is no finding where it gives ID tokens only', () => {
  const more = { grant_types_supported: ['implicit'], response_types_supported: ['code', 'code id_token', 'id_token'] }
  expect(found(more)).not.toContain('warning metadata.implicit')
})

describe('where metadata is looked for', () => {
  it.each([
    ['https://as.example', 'https://as.example'],
    ['https://as.example/', 'https://as.example/'],
    ['https://as.example/tenant', 'https://as.example/tenant'],
    ['https://as.example/.well-known/openid-configuration', 'https://as.example'],
    ['https://as.example/tenant/.well-known/openid-configuration', 'https://as.example/tenant'],
    ['https://as.example/.well-known/oauth-authorization-server/tenant', 'https://as.example/tenant'],
  ])('%s is the issuer %s', (given, name) => {
    const { issuer: known, oauth, openid } = wellKnownOf(new URL(given), given)
    const path = new URL(name).pathname.replace(/\/$/, '')
    expect(known).toBe(name)
    expect(oauth.href).toBe(`https://as.example/.well-known/oauth-authorization-server${path}`)
    expect(openid.href).toBe(`https://as.example${path}/.well-known/openid-configuration`)
  })
})

describe('a key set', async () => {
  const [one, other] = [await generateSigningKey('ES256'), await generateSigningKey('EdDSA')]
  const [publicOne, publicOther] = await Promise.all(
    [one, other].map(async (jwk) => (await createSigner(jwk)).publicJwk),
  )
  const judged = (...keys: readonly unknown[]) =>
    judgeKeys({ keys }).findings.map(({ level, check }) => `${level} ${check}`)

  it('is judged key by key', () => {
    const { findings, keys } = judgeKeys({ keys: [publicOne, publicOther] })
    expect(findings.map(({ message }) => message)).toEqual([
      `${one.kid} (ES256, EC P-256): usable.`,
      `${other.kid} (EdDSA, OKP Ed25519): usable.`,
    ])
    expect(keys).toHaveLength(2)
  })

  it('has findings where keys are not as they should be', () => {
    expect(judged(one)).toEqual(['problem keys.exposed'])
    expect(judged({ kty: 'oct', k: 'c2VjcmV0', kid: 's' })).toEqual(['problem keys.exposed', 'problem keys.none'])
    expect(judged(publicOne, { ...publicOther, use: 'enc' })).toEqual(['ok keys.usable', 'note keys.encryption'])
    expect(judged(publicOne, { kty: 'RSA', n: 'AQAB', e: 'AQAB' })).toEqual(['ok keys.usable', 'warning keys.unusable'])
    expect(judged(publicOne, 'text', null)).toEqual([
      'ok keys.usable',
      'warning keys.unusable',
      'warning keys.unusable',
    ])
    expect(judged(publicOne, { ...publicOther, kid: one.kid })).toContain('warning keys.kid')
    expect(judged(publicOne, { ...publicOther, kid: undefined })).toContain('warning keys.kid')
    expect(judged({ ...publicOne, kid: undefined })).toEqual(['ok keys.usable'])
    expect(judged()).toEqual(['problem keys.none'])
    expect(judged(...Array.from({ length: 101 }, () => publicOne))).toContain('problem keys.many')
    for (const wrong of [undefined, [], { keys: {} }]) {
      expect(judgeKeys(wrong).findings).toMatchObject([{ level: 'problem', check: 'keys.form' }])
    }
  })

  it('ISSUER-4: is never shown with the private members that it was published with', () => {
    expect(JSON.stringify(judgeKeys({ keys: [one, { kty: 'oct', k: 'c2VjcmV0' }] }))).not.toMatch(
      new RegExp(`${one.d}|c2VjcmV0`),
    )
  })
})

describe('header fields', () => {
  const headers = (fields: Readonly<Record<string, string>>) => ({
    headers: { all: (name: string) => [fields[name] ?? []].flat(), first: (name: string) => fields[name] },
  })

  it.each([
    ['public, max-age=300', 'ok'],
    ['max-age="600"', 'ok'],
    ['max-age=0', 'warning'],
    ['public, max-age=604800', 'warning'],
    ['no-store', 'warning'],
    ['no-cache, max-age=300', 'warning'],
    ['public', 'warning'],
    ['x-max-age=300', 'warning'],
  ])('Cache-Control: %s is %s for keys', (value, level) => {
    expect(judgeCaching(headers({ 'cache-control': value, etag: '"x"' }))).toMatchObject([
      { level, check: 'keys.caching' },
    ])
  })

  it.each([
    ['application/json', 0],
    ['application/jwk-set+json; charset=utf-8', 0],
    ['Application/JSON;charset=utf-8', 0],
    ['text/html', 1],
    ['application/jsonp', 1],
  ])('Content-Type: %s', (value, count) => {
    expect(judgeContentType('keys', headers({ 'content-type': value }))).toHaveLength(count)
  })
})
