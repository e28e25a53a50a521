import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createIssuer } from '../issuer.ts'
import { createJwksHandler } from '../jwks-handler.ts'
import { createKeyRing, type KeyRing, type KeyStorage, memoryKeyStorage } from './index.ts'
import { lagSeconds } from './policy.ts'

const hour = 3_600
const day = 86_400
const request = { subject: 'user-1', clientId: 'web', audience: 'https://api.example' }

/** A storage that one process cannot reach for a while. */
class Reached implements KeyStorage {
  isDown = false
  #storage: KeyStorage
  constructor(storage: KeyStorage) {
    this.#storage = storage
  }
  async load(known?: string) {
    if (this.isDown) throw new Error('connection refused')
    return this.#storage.load(known)
  }
  save(content: string, replaces: string | undefined) {
    return this.#storage.save(content, replaces)
  }
}

const rings: KeyRing[] = []
function opened<Ring extends KeyRing>(ring: Ring): Ring {
  rings.push(ring)
  return ring
}
const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)
const kidsOf = (ring: KeyRing) => ring.jwks().keys.map(({ kid }) => String(kid))

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] })
})
afterEach(() => {
  for (const ring of rings.splice(0)) ring.close()
  vi.useRealTimers()
})

describe('a key ring whose storage cannot be read', () => {
  it('signs for a day with what it knows, and then with nothing until it knows what was withdrawn', async () => {
    const storage = memoryKeyStorage()
    const reached = new Reached(storage)
    const [one, other] = [opened(await createKeyRing({ storage })), opened(await createKeyRing({ storage: reached }))]
    const issuer = await createIssuer({ issuer: 'https://as.example', keyRing: other })
    const [stolen, second] = kidsOf(one)
    reached.isDown = true
    await one.revoke(String(stolen))
    later(day)
    expect((await other.signer()).kid).toBe(stolen)
    expect(other.inspect().failure).toBe('storage_unreadable')
    later(1)
    await expect(issuer.issueAccessToken(request)).rejects.toMatchObject({ code: 'no_key', status: 503 })
    reached.isDown = false
    later(5)
    expect((await other.signer()).kid).toBe(second)
    expect(kidsOf(other)).not.toContain(stolen)
  })

  it('is used for as long as maxStaleSeconds says, and no longer by a clock that is set back', async () => {
    const reached = new Reached(memoryKeyStorage())
    const ring = opened(await createKeyRing({ storage: reached, maxStaleSeconds: 60 }))
    reached.isDown = true
    later(60)
    expect(await ring.signer()).toBeDefined()
    later(1)
    await expect(Promise.resolve(ring.signer())).rejects.toMatchObject({ code: 'no_key' })
    later(-hour)
    await expect(Promise.resolve(ring.signer())).rejects.toMatchObject({ code: 'no_key' })
    for (const maxStaleSeconds of [59, 30 * day + 1]) {
      await expect(createKeyRing({ storage: reached, maxStaleSeconds })).rejects.toThrow('maxStaleSeconds')
    }
  })

  it('publishes no set any more: 503, for APIs to go by the one they have', async () => {
    const reached = new Reached(memoryKeyStorage())
    const ring = opened(await createKeyRing({ storage: reached, maxStaleSeconds: 60 }))
    const server = await listening(createServer(createJwksHandler(ring)))
    try {
      const { port } = server.address() as AddressInfo
      const get = () => fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)
      reached.isDown = true
      later(60)
      expect((await get()).status).toBe(200)
      later(1)
      const refused = await get()
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
      expect(refused.headers.get('cache-control')).toBe('no-store')
      expect(() => ring.jwks()).toThrow(expect.objectContaining({ code: 'no_key' }))
      reached.isDown = false
      later(5)
      expect((await get()).status).toBe(200)
    } finally {
      server.close()
    }
  })

  it('keeps no key beyond its time, neither in the set nor to decrypt with', async () => {
    const options = { rotateEverySeconds: 10 * day, publishAheadSeconds: hour, longestTokenLifetimeSeconds: hour }
    const [forSigning, forDecryption] = [new Reached(memoryKeyStorage()), new Reached(memoryKeyStorage())]
    const sig = opened(await createKeyRing({ storage: forSigning, ...options }))
    const enc = opened(await createKeyRing({ use: 'enc', storage: forDecryption, ...options }))
    const [first] = kidsOf(sig)
    const [firstToDecrypt] = kidsOf(enc)
    later(10 * day)
    await Promise.all([sig.refresh(), enc.refresh()])
    const privateKeys = await enc.decryptionKeys()
    later(1)
    // The storage was asked again.
    expect(await enc.decryptionKeys()).toBe(privateKeys)
    forSigning.isDown = forDecryption.isDown = true
    const decrypting = async () => (await enc.decryptionKeys()).map(({ kid }) => kid)
    later(hour + 300 + lagSeconds - 2)
    expect(kidsOf(sig)).toContain(first)
    later(1)
    expect(kidsOf(sig)).not.toContain(first)
    expect(await decrypting()).toContain(firstToDecrypt)
    later(hour)
    expect(await decrypting()).not.toContain(firstToDecrypt)
    expect(await decrypting()).toHaveLength(2)
  })

  it('does not begin anew where the ring that was stored is gone', async () => {
    const storage = memoryKeyStorage()
    let isGone = false
    const load = async (known?: string) => (isGone ? undefined : storage.load(known))
    const save = vi.fn<KeyStorage['save']>((content, replaces) => storage.save(content, replaces))
    const ring = opened(await createKeyRing({ storage: { load, save } }))
    const before = kidsOf(ring)
    save.mockClear()
    isGone = true
    await expect(ring.refresh()).rejects.toMatchObject({ code: 'storage_unreadable' })
    expect(kidsOf(ring)).toEqual(before)
    expect((await ring.signer()).kid).toBe(before[0])
    expect(save).not.toHaveBeenCalled()
  })
})

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
