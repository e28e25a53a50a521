import { Agent, createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Answer, answers, metadataPath, startAuthority } from './authority.test.support.ts'
import { makeCertificate } from './certificate.test.support.ts'
import type { FetchFault } from './fetch-fault.ts'
import { discoverJwksUri } from './metadata.ts'
import { normalizeSource } from './source.ts'

const never = new AbortController().signal
const request = { connectTimeoutMs: 2_000, agent: undefined, signal: never }

/** What is discovered at an issuer whose two documents are answered so. */
async function discover(oauth: Answer, openId: Answer = answers.status(404)) {
  const as = await startAuthority()
  as.metadata = (response, incoming, authority) => {
    const answer = incoming.url === metadataPath ? oauth : openId
    answer(response, incoming, authority)
  }
  const { issuer } = as
  const discovered = discoverJwksUri(normalizeSource({ issuer }), request)
  const outcome = await discovered.then(
    (url) => url.href,
    (error: FetchFault) => error,
  )
  return { as, outcome, paths: as.requests.map(({ path }) => path) }
}

const document = (members: object): Answer => {
  return (response, _request, { issuer, url }) => response.end(JSON.stringify({ issuer, jwks_uri: url, ...members }))
}

const openIdPath = '/.well-known/openid-configuration'

describe('discoverJwksUri', () => {
  it('reads RFC 8414 metadata, and then asks nothing more', async () => {
    const { as, outcome, paths } = await discover(answers.metadata, answers.metadata)
    expect(outcome).toBe(as.url)
    expect(paths).toEqual([metadataPath])
  })

  it.each([
    ['is not there', answers.status(404)],
    ['is cut', answers.cut],
    ['is HTML', answers.body('<!doctype html>')],
    ["is another issuer's", document({ issuer: 'https://other.example' })],
    ['has no jwks_uri', document({ jwks_uri: undefined })],
  ])('reads OpenID Connect metadata when the other %s', async (_, oauth) => {
    const { as, outcome, paths } = await discover(oauth, answers.metadata)
    expect(outcome).toBe(as.url)
    expect(paths).toEqual([metadataPath, openIdPath])
  })

  it.each([
    ['another issuer', 'https://other.example', undefined],
    ['no issuer', undefined, undefined],
    ['an issuer that is no text', ['https://as.example'], undefined],
  ])('KEYS-2: refuses metadata with %s (RFC 8414 §3.3)', async (_, issuer, hint) => {
    const { outcome } = await discover(document({ issuer }))
    expect(outcome).toMatchObject({ reason: 'issuer_mismatch', hint })
    expect((outcome as Error).message).toContain('names another issuer than the configured one')
  })

  it('KEYS-2: refuses an issuer that differs by a slash or by case, and says that it is the slash', async () => {
    const slash: Answer = (response, incoming, as) => document({ issuer: `${as.issuer}/` })(response, incoming, as)
    expect((await discover(slash)).outcome).toMatchObject({ reason: 'issuer_mismatch', hint: 'trailing_slash' })
    const upperCase: Answer = (response, incoming, as) =>
      document({ issuer: as.issuer.replace('http', 'HTTP') })(response, incoming, as)
    expect((await discover(upperCase)).outcome).toMatchObject({ reason: 'issuer_mismatch', hint: undefined })
  })

  it.each([
    ['plain http elsewhere', 'http://as.example/jwks', 'url_refused'],
    ['a file', 'file:///etc/passwd', 'url_refused'],
    ['a user name', 'https://user@as.example/jwks', 'url_refused'],
    ['a fragment', 'https://as.example/jwks#a', 'url_refused'],
    ['no URL', '/jwks', 'malformed'],
    ['no text', 5, 'malformed'],
  ])('KEYS-2: refuses a jwks_uri with %s, as KEYS-1 would', async (_, uri, reason) => {
    expect((await discover(document({ jwks_uri: uri }))).outcome).toMatchObject({ reason })
  })

  it('KEYS-2: refuses a jwks_uri on plain http when the metadata came over https, also on loopback', async () => {
    const { cert, key } = makeCertificate()
    const server = createServer({ cert, key }, (_, response) => {
      response.end(JSON.stringify({ issuer, jwks_uri: 'http://127.0.0.1/jwks' }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const agent = new Agent({ ca: cert })
    const discovered = discoverJwksUri(normalizeSource({ issuer }), { ...request, agent })
    await expect(discovered).rejects.toMatchObject({ reason: 'url_refused' })
  })

  it('KEYS-1: takes 64 kB of metadata, and refuses more', async () => {
    const padded = (length: number): Answer => {
      return (response, _request, { issuer, url }) =>
        response.end(JSON.stringify({ issuer, jwks_uri: url }).padEnd(length))
    }
    expect((await discover(padded(65_536))).outcome).toBeTypeOf('string')
    expect((await discover(padded(65_537))).outcome).toMatchObject({ reason: 'too_large' })
  })

  it('tells of the document that came closest', async () => {
    const other = document({ issuer: 'https://other.example' })
    expect((await discover(answers.status(404), other)).outcome).toMatchObject({ reason: 'issuer_mismatch' })
    expect((await discover(answers.status(500), answers.status(404))).outcome).toMatchObject({ status: 500 })
    expect((await discover(answers.status(404), answers.status(404))).outcome).toMatchObject({ status: 404 })
  })
})
