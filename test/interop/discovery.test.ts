import { createVerifier, type VerifierEvent, type VerifierOptions } from '@sallyport/core'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startLoopbackServer } from './loopback-server.ts'

// Where the keys of an issuer are found.

const audience = 'https://api.example'
let privateKey: CryptoKey
let jwk: JWK
beforeAll(async () => {
  const pair = await generateKeyPair('ES256')
  privateKey = pair.privateKey
  jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k' }
})

const mint = (issuer: string) =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'k', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime('5m')
    .sign(privateKey)

/** A server that has documents by path, and nothing else; `ORIGIN` in them is its origin. */
async function startDocuments(documents: Readonly<Record<string, object>>) {
  const server = await startLoopbackServer()
  onTestFinished(() => server.close())
  server.use((req, res) => {
    const document = documents[req.url ?? '']
    if (document === undefined) return void res.writeHead(404).end()
    res.writeHead(200, { 'content-type': 'application/json' })
    res.end(JSON.stringify(document).replaceAll('ORIGIN', server.origin))
  })
  return server
}

const keySet = () => ({ keys: [jwk] })
const metadataOf = (issuer: string) => ({ issuer, jwks_uri: 'ORIGIN/keys' })

describe('the metadata of an issuer', () => {
  it.each([
    ['', '/.well-known/oauth-authorization-server'],
    ['', '/.well-known/openid-configuration'],
    ['/', '/.well-known/oauth-authorization-server'],
    ['/', '/.well-known/openid-configuration'],
    ['/tenant', '/.well-known/oauth-authorization-server/tenant'],
    ['/tenant', '/tenant/.well-known/openid-configuration'],
    ['/tenant/', '/.well-known/oauth-authorization-server/tenant'],
    ['/tenant/', '/tenant/.well-known/openid-configuration'],
    ['/a/b.c/d%20e', '/.well-known/oauth-authorization-server/a/b.c/d%20e'],
    ['/a/b.c/d%20e', '/a/b.c/d%20e/.well-known/openid-configuration'],
  ])('RFC 8414 §3.1, OpenID Connect Discovery §4: of the issuer ORIGIN%s is found at %s', async (path, location) => {
    const server = await startDocuments({ [location]: metadataOf(`ORIGIN${path}`), '/keys': keySet() })
    const issuer = `${server.origin}${path}`
    const verifier = createVerifier({ issuer, audience })
    expect((await verifier.verify(await mint(issuer))).issuer).toBe(issuer)
    expect(server.requests.slice(-2)).toEqual([`GET ${location}`, 'GET /keys'])
  })

  it('RFC 8414 §3.1: is that at its own location, where both are there', async () => {
    const server = await startDocuments({
      '/.well-known/oauth-authorization-server/t': metadataOf('ORIGIN/t'),
      '/t/.well-known/openid-configuration': { issuer: 'ORIGIN/t', jwks_uri: 'ORIGIN/other' },
      '/keys': keySet(),
    })
    const issuer = `${server.origin}/t`
    await createVerifier({ issuer, audience }).verify(await mint(issuer))
    expect(server.requests).toEqual(['GET /.well-known/oauth-authorization-server/t', 'GET /keys'])
  })

  it.each([
    ['a slash more', 'ORIGIN/t/', 'trailing_slash'],
    ['a slash less', 'ORIGIN', 'trailing_slash'],
    ['another path', 'ORIGIN/other', undefined],
    ['another host', 'https://evil.example', undefined],
    ['no issuer', undefined, undefined],
  ])('KEYS-2: that names %s is not used, and the server says so to whoever listens', async (_, named, hint) => {
    const path = named === 'ORIGIN' ? '/' : '/t'
    const metadata = { ...metadataOf('x'), issuer: named }
    const server = await startDocuments({
      [`/.well-known/oauth-authorization-server${path === '/' ? '' : path}`]: metadata,
      '/keys': keySet(),
    })
    const issuer = `${server.origin}${path}`
    const verifier = createVerifier({ issuer, audience })
    const events: VerifierEvent[] = []
    verifier.subscribe((event) => events.push(event))
    await expect(verifier.verify(await mint(issuer))).rejects.toMatchObject({ code: 'keys_unavailable', status: 503 })
    expect(server.requests).not.toContain('GET /keys')
    const failed = events.find((event) => event.type === 'keys' && event.event.type === 'refreshFailed')
    expect(failed).toMatchObject({ event: { reason: 'issuer_mismatch', hint } })
  })
})

describe('an issuer whose name leads nowhere', () => {
  const issuer = 'https://as.example/realms/one'

  it.each<[string, (origin: string) => Partial<VerifierOptions>]>([
    ['metadataUrl', (origin) => ({ metadataUrl: `${origin}/internal/metadata` })],
    ['jwksUri', (origin) => ({ jwksUri: `${origin}/keys` })],
  ])('is verified by the address of its %s, inside a container network for example', async (_, optionsFor) => {
    const server = await startDocuments({ '/internal/metadata': metadataOf(issuer), '/keys': keySet() })
    const options = { issuer, audience, ...optionsFor(server.origin) } as VerifierOptions
    const verifier = createVerifier(options)
    await verifier.ready()
    expect((await verifier.verify(await mint(issuer))).issuer).toBe(issuer)
    await expect(verifier.verify(await mint(server.origin))).rejects.toMatchObject({ code: 'issuer_refused' })
    expect(verifier.inspect()).toMatchObject([{ issuer, keys: { status: 'fresh', jwksUri: `${server.origin}/keys` } }])
  })
})

describe('several issuers', () => {
  it('are each found at their own address, and know nothing of each other', async () => {
    const [one, two] = await Promise.all(
      ['/one', '/two'].map(async (path) => {
        const location = `/.well-known/oauth-authorization-server${path}`
        const server = await startDocuments({ [location]: metadataOf(`ORIGIN${path}`), '/keys': keySet() })
        return { issuer: `${server.origin}${path}`, server }
      }),
    )
    const verifier = createVerifier({
      issuers: [
        { issuer: one!.issuer, audience },
        { issuer: two!.issuer, audience: 'https://other.example' },
      ],
    })
    expect((await verifier.verify(await mint(one!.issuer))).issuer).toBe(one!.issuer)
    expect(two!.server.requests).toEqual([])
    await expect(verifier.verify(await mint(two!.issuer))).rejects.toMatchObject({ code: 'audience_refused' })
    expect(two!.server.requests).toHaveLength(2)
  })
})
