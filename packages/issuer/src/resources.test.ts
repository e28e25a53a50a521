import { randomBytes } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { createIssuer, generateDecryptionKey, IssuerConfigurationError, type LargeTokenEvent } from './index.ts'

const issuer = 'https://as.example'
const [orders, reports] = ['https://orders.example', 'https://reports.example']
const request = { subject: 'user-1', clientId: 'web', audience: orders }

describe('resources', () => {
  it('restrict audience, scopes and life time of tokens (RFC 8707 §2)', async () => {
    const resources = { [orders]: { scopes: ['read', 'write'], lifetimeSeconds: 60 }, [reports]: { scopes: ['list'] } }
    const as = await createIssuer({ issuer, resources })
    const { aud, exp = 0, iat = 0 } = decodeJwt(await as.issueAccessToken({ ...request, scope: 'read' }))
    expect([aud, exp - iat]).toEqual([orders, 60])
    const both = { ...request, audience: [orders, reports], scope: 'read list', lifetimeSeconds: 200 }
    const several = decodeJwt(await as.issueAccessToken(both))
    expect((several.exp ?? 0) - (several.iat ?? 0)).toBe(60)
    const refused = [
      [{ ...request, audience: 'https://other.example' }, 'audience: got "https://other.example", takes one of the 2'],
      [{ ...request, audience: [orders, 'https://other.example'] }, 'audience: got "https://other.example"'],
      [{ ...request, audience: '__proto__' }, 'audience: got "__proto__"'],
      [{ ...request, scope: 'read list' }, 'scope: got "list", takes scopes that the API has'],
      [{ ...request, audience: 42 }, 'audience: got 42'],
      [{ ...request, audience: [] }, 'audience: got an empty array'],
    ] as const
    for (const [asked, message] of refused) {
      await expect(as.issueAccessToken(asked as never)).rejects.toThrow(IssuerConfigurationError)
      await expect(as.issueAccessToken(asked as never)).rejects.toThrow(message)
    }
  })

  it('encrypt tokens for an API by themselves, and for nobody else', async () => {
    const { kty, crv, x, y, kid, alg } = await generateDecryptionKey()
    const encryptFor = { key: { kty, crv, x, y, kid, alg } as { kty: string } }
    const as = await createIssuer({ issuer, resources: { [orders]: { encryptFor }, [reports]: {} } })
    expect(decodeProtectedHeader(await as.issueAccessToken(request))).toMatchObject({ alg: 'ECDH-ES+A256KW', kid })
    expect(decodeProtectedHeader(await as.issueAccessToken({ ...request, audience: reports })).alg).toBe('ES256')
    const several = as.issueAccessToken({ ...request, audience: [orders, reports] })
    await expect(several).rejects.toThrow('audience: got an array of 2, takes one API alone')
    await expect(as.issueAccessToken({ ...request, encryptFor })).rejects.toThrow(
      'encryptFor: got an object, takes nothing',
    )
  })

  it.each<[resources: unknown, message: string]>([
    [[], 'resources: got an empty array'],
    [{}, 'resources: got an object'],
    [{ '': {} }, 'resources: got an empty string'],
    [{ a: null }, 'resources["a"]: got null'],
    [{ a: { scope: [] } }, 'resources["a"].scope: got an empty array, takes nothing'],
    [{ a: { scopes: ['b c'] } }, 'resources["a"].scopes: got an array of 1'],
    [{ a: { lifetimeSeconds: 0 } }, 'resources["a"].lifetimeSeconds: got 0'],
    [{ a: { sector: '' } }, 'resources["a"].sector: got an empty string'],
    [{ a: { encryptFor: {} } }, 'resources["a"].encryptFor.alg: got undefined'],
    [
      { a: { encryptFor: { jwksUri: 'http://a.example' } } },
      'resources["a"].encryptFor.jwksUri: got "http://a.example"',
    ],
    [{ a: { encryptFor: { jwksUri: 'https://u:p@a.example' } } }, 'encryptFor.jwksUri: got text with an @'],
    [
      { a: { encryptFor: { jwksUri: 'https://a.example', alg: 'dir' } } },
      'encryptFor.alg: got "dir", takes one of RSA',
    ],
    [{ a: { encryptFor: { jwksUri: 'https://a.example', enc: 'none' } } }, 'encryptFor.enc: got "none"'],
    [{ a: { encryptFor: { jwksUri: 'https://a.example', key: {} } } }, 'encryptFor.key: got an object, takes nothing'],
  ])('%o are refused by name', async (resources, message) => {
    await expect(createIssuer({ issuer, resources } as never)).rejects.toThrow(message)
  })
})

describe('pairwise subjects', () => {
  const pairwiseSecret = randomBytes(32)
  const pairwise = { issuer, subjectType: 'pairwise', pairwiseSecret } as const
  const subOf = async (as: Awaited<ReturnType<typeof createIssuer>>, more: object = {}) =>
    decodeJwt(await as.issueAccessToken({ ...request, ...more })).sub

  it('are another one for each API, and the same one each time (OpenID Connect Core 1.0 §8.1)', async () => {
    const as = await createIssuer(pairwise)
    const sub = await subOf(as)
    expect(sub).toMatch(/^[\w-]{43}$/)
    expect(await subOf(as)).toBe(sub)
    expect(await subOf(as, { clientId: 'mobile' })).toBe(sub)
    expect(await subOf(as, { audience: reports })).not.toBe(sub)
    expect(await subOf(as, { subject: 'user-2' })).not.toBe(sub)
    expect(await subOf(await createIssuer({ ...pairwise, pairwiseSecret: randomBytes(32) }))).not.toBe(sub)
    const again = await createIssuer({ ...pairwise, pairwiseSecret: pairwiseSecret.toString('base64url') })
    expect(await subOf(again)).toBe(sub)
  })

  it('keep the end of the sector and the beginning of the subject apart', async () => {
    const as = await createIssuer(pairwise)
    const one = await subOf(as, { audience: 'https://a.example/b', subject: 'c' })
    expect(await subOf(as, { audience: 'https://a.example/', subject: 'bc' })).not.toBe(one)
  })

  it('are the same for APIs of one sector, which alone may share a token', async () => {
    const resources = { [orders]: { sector: 'shop' }, [reports]: { sector: 'shop' }, other: {} }
    const as = await createIssuer({ ...pairwise, resources })
    expect(await subOf(as, { audience: reports })).toBe(await subOf(as))
    expect(await subOf(as, { audience: [orders, reports] })).toBe(await subOf(as))
    await expect(subOf(as, { audience: [orders, 'other'] })).rejects.toThrow('audience: got several, takes one API')
    await expect(subOf(await createIssuer(pairwise), { audience: [orders, reports] })).rejects.toThrow('takes one API')
  })

  it('leave clients that act for themselves as they are (RFC 9068 §2.2)', async () => {
    const as = await createIssuer(pairwise)
    expect(await subOf(as, { subject: 'web' })).toBe('web')
  })

  it.each<[options: object, message: string]>([
    [{ subjectType: 'private' }, 'subjectType: got "private", takes one of public, pairwise'],
    [{ subjectType: 'pairwise' }, 'pairwiseSecret: got undefined, takes at least 32 random bytes'],
    [{ subjectType: 'pairwise', pairwiseSecret: randomBytes(31) }, 'pairwiseSecret: got an object'],
    [{ subjectType: 'pairwise', pairwiseSecret: 'a password' }, 'pairwiseSecret: got a string'],
    [{ pairwiseSecret }, 'pairwiseSecret: got an object, takes nothing'],
  ])('%o are refused by name', async (options, message) => {
    await expect(createIssuer({ issuer, ...options } as never)).rejects.toThrow(message)
  })
})

describe('a large token', () => {
  it('is told, with what it is too large for, and nothing of what is in it', async () => {
    const as = await createIssuer({ issuer })
    const events: LargeTokenEvent[] = []
    const end = as.subscribe((event) => events.push(event))
    const issue = (length: number) => as.issueAccessToken({ ...request, claims: { note: 'x'.repeat(length) } })
    await issue(2_000)
    expect(events).toEqual([])
    const [cookie, header] = [await issue(3_500), await issue(7_000)]
    expect(events).toEqual([
      { type: 'large_token', clientId: 'web', bytes: cookie.length, exceeds: ['cookie'] },
      { type: 'large_token', clientId: 'web', bytes: header.length, exceeds: ['cookie', 'header'] },
    ])
    end()
    await issue(7_000)
    expect(events).toHaveLength(2)
  })
})
