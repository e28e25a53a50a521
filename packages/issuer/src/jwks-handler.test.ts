import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createIssuer, createJwksHandler, createKeyRing, IssuerConfigurationError, memoryKeyStorage } from './index.ts'

const start = 1_800_000_000
const hour = 3_600

beforeEach(() => {
  vi.useFakeTimers({ now: start * 1000, toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

type Handler = ReturnType<typeof createJwksHandler>

async function get(handler: Handler, path = '/.well-known/jwks.json') {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
    const { keys = [] } = (await response.json()) as { keys?: { kid: string; use: string; d?: string }[] }
    return { status: response.status, keys, cacheControl: response.headers.get('cache-control') }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('the JWKS of a key ring', () => {
  it('ISSUER-2: may be kept no longer than a key is published before its use, nor than until the next change', async () => {
    const keyRing = await createKeyRing({
      storage: memoryKeyStorage(),
      rotateEverySeconds: 24 * hour,
      publishAheadSeconds: hour,
      longestTokenLifetimeSeconds: hour,
    })
    const issuer = await createIssuer({
      issuer: 'https://as.example',
      keyRing,
      documentMaxAgeSeconds: 2 * hour,
      accessTokenLifetimeSeconds: 300,
    })
    expect((await get(issuer.handler)).cacheControl).toBe('public, max-age=3600')
    vi.setSystemTime((start + 24 * hour - 600) * 1000)
    expect((await get(issuer.handler)).cacheControl).toBe('public, max-age=600')
    vi.setSystemTime((start + 24 * hour - 0.5) * 1000)
    expect((await get(issuer.handler)).cacheControl).toBe('public, max-age=0')
    vi.setSystemTime((start + 24 * hour + 1) * 1000)
    const { keys, cacheControl } = await get(issuer.handler)
    expect(keys).toHaveLength(3)
    expect(cacheControl).toBe('public, max-age=3600')
    const metadata = await get(issuer.handler, '/.well-known/oauth-authorization-server')
    expect(metadata.cacheControl).toBe('public, max-age=7200')
    keyRing.close()
  })

  it('ISSUER-4: has, of encryption keys, the public half of the current one', async () => {
    for (const algorithm of ['ECDH-ES+A256KW', 'RSA-OAEP-256'] as const) {
      const keyRing = await createKeyRing({ use: 'enc', algorithm, storage: memoryKeyStorage() })
      const handler = createJwksHandler(keyRing, { path: '/keys', maxAgeSeconds: 60 })
      const { keys, cacheControl, status } = await get(handler, '/keys')
      expect(status).toBe(200)
      expect(cacheControl).toBe('public, max-age=60')
      expect(keys).toHaveLength(1)
      expect(keys[0]).toMatchObject({ use: 'enc', alg: algorithm, kid: keyRing.inspect().keys[0]?.kid })
      const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']
      expect(Object.keys(keys[0] ?? {}).filter((name) => privateMembers.includes(name))).toEqual([])
      expect((await get(handler)).status).toBe(404)
      keyRing.close()
    }
  })

  it('is refused of what is no key ring, and with other options', async () => {
    const keyRing = await createKeyRing({ storage: memoryKeyStorage() })
    expect(() => createJwksHandler({ ...keyRing })).toThrow(IssuerConfigurationError)
    expect(() => createJwksHandler(keyRing, { path: 'keys' })).toThrow('path: got another text')
    expect(() => createJwksHandler(keyRing, { maxAgeSeconds: -1 })).toThrow('maxAgeSeconds: got -1')
    expect(() => createJwksHandler(keyRing, { maxAge: 1 } as object)).toThrow('maxAge: got a number, takes nothing')
    keyRing.close()
  })
})

describe('createIssuer with a key ring', () => {
  it('lets no token live longer than the ring reckons with', async () => {
    const storage = memoryKeyStorage()
    const keyRing = await createKeyRing({ storage, longestTokenLifetimeSeconds: hour })
    const options = { issuer: 'https://as.example', keyRing }
    await expect(createIssuer({ ...options, accessTokenLifetimeSeconds: hour + 1 })).rejects.toThrow(
      'accessTokenLifetimeSeconds: got 3601, takes a whole number of seconds from 1 to 3600',
    )
    const issuer = await createIssuer(options)
    const request = { subject: 'u', clientId: 'c', audience: 'https://api.example', lifetimeSeconds: hour + 1 }
    await expect(issuer.issueAccessToken(request)).rejects.toThrow('lifetimeSeconds: got 3601')
    keyRing.close()
  })

  it('takes no other keys beside it, and no ring that encrypts', async () => {
    const keyRing = await createKeyRing({ storage: memoryKeyStorage() })
    const refused = (options: object) => createIssuer({ issuer: 'https://as.example', ...options } as never)
    await expect(refused({ keyRing, keys: [] })).rejects.toThrow('keys: got an empty array, takes nothing beside')
    await expect(refused({ keyRing, algorithm: 'ES256' })).rejects.toThrow('algorithm: got a string, takes nothing')
    await expect(refused({ keyRing: {} })).rejects.toThrow('keyRing: got an object, takes what createKeyRing made')
    const enc = await createKeyRing({ use: 'enc', storage: memoryKeyStorage() })
    await expect(refused({ keyRing: enc })).rejects.toThrow('keyRing: got an object')
    for (const ring of [keyRing, enc]) ring.close()
  })
})
