import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createIssuer } from '../issuer.ts'
import {
  createKeyRing,
  type KeyRingEvent,
  KeyRingError,
  type KeyStorage,
  KeyStorageError,
  memoryKeyStorage,
  type SigningKeyRing,
} from './index.ts'
import { lagSeconds } from './policy.ts'

const hour = 3_600
const day = 86_400
const start = 1_800_000_000

/** Rotates every ten days, publishes a day ahead, tokens live an hour. */
const policy = { rotateEverySeconds: 10 * day, publishAheadSeconds: day, longestTokenLifetimeSeconds: hour }
const request = { subject: 'user-1', clientId: 'web', audience: 'https://api.example' }

const rings: SigningKeyRing[] = []
async function open(storage: KeyStorage, options: object = {}) {
  const ring = await createKeyRing({ storage, ...policy, ...options })
  rings.push(ring)
  return ring
}

function later(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000)
}

function kids(ring: SigningKeyRing): Record<string, string[]> {
  const found: Record<string, string[]> = { current: [], next: [], retiring: [] }
  for (const { state, kid } of ring.inspect().keys) found[state]?.push(kid)
  return found
}

const publishedKids = (ring: SigningKeyRing) => ring.jwks().keys.map(({ kid }) => kid)

beforeEach(() => {
  vi.useFakeTimers({ now: start * 1000, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  for (const ring of rings.splice(0)) ring.close()
  vi.useRealTimers()
})

describe('a key ring', () => {
  it('begins with a key that signs and one that is published beside it', async () => {
    const ring = await open(memoryKeyStorage())
    const { current, next, retiring } = kids(ring)
    expect([current?.length, next?.length, retiring?.length]).toEqual([1, 1, 0])
    expect(publishedKids(ring)).toEqual([...(current ?? []), ...(next ?? [])])
    expect((await ring.signer()).kid).toBe(current?.[0])
  })

  it('ISSUER-2: publishes a key for as long as it says before it signs, and until its last token has expired', async () => {
    const ring = await open(memoryKeyStorage())
    const [first, second] = publishedKids(ring)
    later(10 * day - 1)
    expect((await ring.signer()).kid).toBe(first)
    later(1)
    expect((await ring.signer()).kid).toBe(second)
    expect(publishedKids(ring)).toHaveLength(3)
    expect(publishedKids(ring)).toContain(first)
    later(hour + 300 + lagSeconds - 1)
    await ring.refresh()
    expect(publishedKids(ring)).toContain(first)
    later(1)
    await ring.refresh()
    expect(publishedKids(ring)).not.toContain(first)
    expect(publishedKids(ring)).toHaveLength(2)
  })

  it('ISSUER-2: lets an overdue key sign until the next one has been published for long enough', async () => {
    const storage = memoryKeyStorage()
    const ring = await open(storage)
    const [first, second] = publishedKids(ring)
    later(10 * day - hour)
    await ring.revoke(String(second))
    const third = kids(ring)['next']?.[0]
    later(2 * hour)
    expect((await ring.signer()).kid).toBe(first)
    expect(ring.inspect().nextChangeAt).toBe(start + 11 * day - hour + lagSeconds)
    later(day - 2 * hour + lagSeconds - 1)
    expect((await ring.signer()).kid).toBe(first)
    later(1)
    expect((await ring.signer()).kid).toBe(third)
  })

  it('catches up after weeks in which no process was there, with keys that were published before', async () => {
    const storage = memoryKeyStorage()
    const before = await open(storage)
    const [first, second] = publishedKids(before)
    before.close()
    later(50 * day)
    const ring = await open(storage)
    expect((await ring.signer()).kid).toBe(second)
    // Its tokens would have expired only now, had it signed right up to the rotation.
    expect(kids(ring)['retiring']).toEqual([first])
    // The one after it is new, and has to be published first, however long the other has been overdue.
    later(day)
    expect((await ring.signer()).kid).toBe(second)
  })

  it('ISSUER-2: uses no key that was published while its clock was ahead before that time has come and gone', async () => {
    const storage = memoryKeyStorage()
    const before = await open(storage)
    later(30 * day)
    await before.refresh()
    const current = kids(before)['current']
    before.close()
    vi.setSystemTime(start * 1000 + 11 * day * 1000)
    const ring = await open(storage)
    expect(kids(ring)['current']).toEqual(current)
  })

  it('destroys the private half of a key that signs no more', async () => {
    const storage = memoryKeyStorage()
    const ring = await open(storage)
    const [first] = publishedKids(ring)
    later(10 * day)
    await ring.refresh()
    const stored = await storage.load()
    if (stored === undefined || stored === 'unchanged') throw new Error('nothing is stored')
    const { keys } = JSON.parse(stored.content) as { keys: { kid: string; state: string; jwk: { d?: string } }[] }
    expect(keys.find(({ kid }) => kid === first)?.state).toBe('retiring')
    expect(keys.map(({ state, jwk }) => [state, jwk.d !== undefined])).toEqual([
      ['retiring', false],
      ['current', true],
      ['next', true],
    ])
  })

  it('stores a key before it uses or publishes it', async () => {
    const storage = memoryKeyStorage()
    let publishedInStorage: string[] = []
    let published: () => unknown[] = () => []
    const early: unknown[] = []
    const ring = await open({
      load: (known) => storage.load(known),
      save: async (content, replaces) => {
        const { keys } = JSON.parse(content) as { keys: { kid: string }[] }
        const before = publishedInStorage
        publishedInStorage = keys.map(({ kid }) => kid)
        early.push(...published().filter((kid) => !before.includes(String(kid))))
        return storage.save(content, replaces)
      },
    })
    published = () => publishedKids(ring)
    for (let rotations = 0; rotations < 3; rotations++) {
      later(10 * day)
      await ring.refresh()
    }
    expect(early).toEqual([])
    expect(publishedKids(ring).every((kid) => publishedInStorage.includes(String(kid)))).toBe(true)
  })

  it('goes on as before while nothing can be stored, and rotates when it can', async () => {
    const storage = memoryKeyStorage()
    let isFull = false
    const ring = await open({
      load: (known) => storage.load(known),
      save: async (content, replaces) => {
        if (isFull) throw new KeyStorageError('storage_unwritable', 'ENOSPC')
        return storage.save(content, replaces)
      },
    })
    const events: KeyRingEvent[] = []
    ring.subscribe((event) => events.push(event))
    const [first, second] = publishedKids(ring)
    isFull = true
    later(12 * day)
    expect((await ring.signer()).kid).toBe(first)
    expect(ring.inspect().failure).toBe('storage_unwritable')
    expect(events).toEqual([{ type: 'storage_failed', code: 'storage_unwritable' }])
    await expect(ring.refresh()).rejects.toThrow(KeyStorageError)
    isFull = false
    later(5)
    expect((await ring.signer()).kid).toBe(second)
    expect(ring.inspect().failure).toBeUndefined()
  })

  it('starts although nothing can be stored, where it has a key already', async () => {
    const storage = memoryKeyStorage()
    const [first] = publishedKids(await open(storage))
    later(12 * day)
    const save = () => Promise.reject(new KeyStorageError('storage_unwritable', 'ENOSPC'))
    const ring = await open({ load: (known) => storage.load(known), save })
    expect((await ring.signer()).kid).toBe(first)
    await expect(open({ load: async () => undefined, save })).rejects.toThrow('ENOSPC')
  })

  it('does not wait for a storage that hangs', async () => {
    const storage = memoryKeyStorage()
    let hangs = false
    const load = (known?: string) => (hangs ? new Promise<never>(() => {}) : storage.load(known))
    const ring = await open({ load, save: (content, replaces) => storage.save(content, replaces) })
    const [first] = publishedKids(ring)
    hangs = true
    later(2)
    const signer = Promise.resolve(ring.signer())
    await vi.advanceTimersByTimeAsync(1_000)
    expect((await signer).kid).toBe(first)
    expect(ring.inspect().failure).toBe('storage_timeout')
  })

  it('lets nobody wait for a rotation that takes long', async () => {
    const storage = memoryKeyStorage()
    let release: () => void = () => {}
    let isSlow = false
    const ring = await open({
      load: (known) => storage.load(known),
      save: async (content, replaces) => {
        if (isSlow) await new Promise<void>((resolve) => (release = resolve))
        return storage.save(content, replaces)
      },
    })
    const [first, second] = publishedKids(ring)
    isSlow = true
    later(10 * day)
    const signer = Promise.resolve(ring.signer())
    await vi.advanceTimersByTimeAsync(1_500)
    expect((await signer).kid).toBe(first)
    await vi.waitFor(() => {
      release()
      expect(publishedKids(ring)).toHaveLength(3)
    })
    expect((await ring.signer()).kid).toBe(second)
  })

  it('tells what happens to its keys, also when a listener throws', async () => {
    const ring = await open(memoryKeyStorage())
    const [first, second] = publishedKids(ring)
    const events: string[] = []
    ring.subscribe(() => {
      throw new Error('listener')
    })
    const end = ring.subscribe((event) => events.push('kid' in event ? `${event.type} ${event.kid}` : event.type))
    later(10 * day)
    await ring.refresh()
    const third = kids(ring)['next']?.[0]
    expect(events.toSorted()).toEqual([`published ${third}`, `retired ${first}`, `used ${second}`])
    later(day)
    await ring.refresh()
    expect(events.at(-1)).toBe(`gone ${first}`)
    await ring.revoke(String(second))
    expect(events).toContain(`withdrawn ${second}`)
    end()
    later(20 * day)
    await ring.refresh()
    expect(events).not.toContain(`retired ${third}`)
  })

  it('does what is due by a timer, when nobody asks', async () => {
    const ring = await open(memoryKeyStorage())
    const [, second] = publishedKids(ring)
    const used = new Promise((resolve) => {
      ring.subscribe((event) => event.type === 'used' && resolve(event.kid))
    })
    await vi.advanceTimersByTimeAsync(10 * day * 1000)
    expect(await used).toBe(second)
    ring.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps a key for as long as tokens lived by the configuration that it has signed with', async () => {
    const storage = memoryKeyStorage()
    const generous = await open(storage, { longestTokenLifetimeSeconds: day })
    const [first] = publishedKids(generous)
    generous.close()
    const ring = await open(storage)
    later(10 * day)
    await ring.refresh()
    later(hour + 300 + lagSeconds)
    await ring.refresh()
    expect(publishedKids(ring)).toContain(first)
    later(day)
    await ring.refresh()
    expect(publishedKids(ring)).not.toContain(first)
  })

  it('keeps no more than 32 retiring keys: the current one stays until there is room', async () => {
    const ring = await open(memoryKeyStorage(), { publishAheadSeconds: 1, longestTokenLifetimeSeconds: day })
    for (let count = 0; count < 32; count++) {
      later(1 + lagSeconds)
      await ring.rotateNow()
    }
    later(1 + lagSeconds)
    await expect(ring.rotateNow()).rejects.toMatchObject({ code: 'too_many_keys' })
    expect(publishedKids(ring)).toHaveLength(34)
    later(day)
    await ring.rotateNow()
  })
})

describe('rotateNow and revoke', () => {
  it('rotate early, but not to a key that APIs may not have', async () => {
    const ring = await open(memoryKeyStorage())
    const [first, second] = publishedKids(ring)
    const refused = ring.rotateNow()
    await expect(refused).rejects.toThrow(KeyRingError)
    await expect(refused).rejects.toMatchObject({ code: 'next_not_ready', retryAt: start + day + lagSeconds })
    later(day + lagSeconds)
    await ring.rotateNow()
    expect(kids(ring)).toMatchObject({ current: [second], retiring: [first] })
  })

  it('withdraw the current key before anything is awaited, and the next takes over', async () => {
    const ring = await open(memoryKeyStorage())
    const [first, second] = publishedKids(ring)
    const done = ring.rotateNow({ emergency: true })
    expect(publishedKids(ring)).toEqual([second])
    expect(await ring.signer()).toMatchObject({ kid: second })
    await done
    expect(kids(ring)).toMatchObject({ current: [second], retiring: [] })
    expect(kids(ring)['next']).not.toContain(first)
    expect(publishedKids(ring)).toHaveLength(2)
  })

  it('withdraw a key for good although it cannot be stored, and store it as soon as that works', async () => {
    const storage = memoryKeyStorage()
    let isFull = false
    const ring = await open({
      load: (known) => storage.load(known),
      save: async (content, replaces) => {
        if (isFull) throw new KeyStorageError('storage_unwritable', 'ENOSPC')
        return storage.save(content, replaces)
      },
    })
    const [first, second] = publishedKids(ring)
    isFull = true
    await expect(ring.revoke(String(first))).rejects.toThrow('ENOSPC')
    expect((await ring.signer()).kid).toBe(second)
    later(10)
    await ring.signer()
    expect(publishedKids(ring)).toEqual([second])
    isFull = false
    later(10)
    await ring.signer()
    expect(publishedKids(await open(storage))).toEqual(publishedKids(ring))
    expect(publishedKids(ring)).not.toContain(first)
  })

  it('make a new key when all of them are withdrawn', async () => {
    const ring = await open(memoryKeyStorage())
    const before = publishedKids(ring)
    await Promise.all(before.map((kid) => ring.revoke(String(kid))))
    expect(before).not.toContain((await ring.signer()).kid)
    expect(publishedKids(ring)).toHaveLength(2)
  })

  it('are noticed by another process within a second', async () => {
    const storage = memoryKeyStorage()
    const [one, other] = [await open(storage), await open(storage)]
    const [first, second] = publishedKids(one)
    await one.rotateNow({ emergency: true })
    later(1)
    expect((await other.signer()).kid).toBe(second)
    expect(publishedKids(other)).not.toContain(first)
  })

  it('take a retiring key out of the set, and know no key that is not there', async () => {
    const ring = await open(memoryKeyStorage())
    const [first] = publishedKids(ring)
    later(10 * day)
    await ring.refresh()
    await ring.revoke(String(first))
    expect(publishedKids(ring)).not.toContain(first)
    await expect(ring.revoke(String(first))).rejects.toMatchObject({ code: 'key_unknown' })
    await expect(ring.rotateNow({ emergency: 'yes' } as never)).rejects.toThrow('emergency: got "yes"')
  })

  it('let nothing out that was signed while the key was withdrawn', async () => {
    const storage = memoryKeyStorage()
    const keyRing = await open(storage, { algorithm: 'RS256' })
    const issuer = await createIssuer({ issuer: 'https://as.example', keyRing, accessTokenLifetimeSeconds: 60 })
    const [first, second] = publishedKids(keyRing)
    // The first few are signed at once; the last one is on its way to a thread now.
    for (let others = 0; others < 5; others++) void issuer.issueAccessToken(request)
    const token = issuer.issueAccessToken(request)
    const withdrawn = keyRing.revoke(String(first))
    expect(decodeProtectedHeader(await token).kid).toBe(second)
    await withdrawn
  })
})

describe('several processes with one storage', () => {
  it('never fork the ring: one of them rotates, and all use what it has stored', async () => {
    const storage = memoryKeyStorage()
    const all = await Promise.all(Array.from({ length: 5 }, () => open(storage)))
    expect(new Set(all.map((ring) => publishedKids(ring).join())).size).toBe(1)
    for (let rotation = 0; rotation < 5; rotation++) {
      later(10 * day)
      const signers = await Promise.all(all.map(async (ring) => ring.signer()))
      expect(new Set(signers.map(({ kid }) => kid)).size).toBe(1)
      await Promise.all(all.map((ring) => ring.refresh()))
      expect(new Set(all.map((ring) => publishedKids(ring).join())).size).toBe(1)
    }
  })
})

describe('options of a key ring', () => {
  it.each<[options: object, message: string]>([
    [{ storage: {} }, 'storage: got an object, takes fileKeyStorage'],
    [{ use: 'both' }, 'use: got "both", takes one of sig, enc'],
    [{ algorithm: 'HS256' }, 'algorithm: got "HS256"'],
    [{ use: 'enc', algorithm: 'dir' }, 'algorithm: got "dir", takes one of RSA-OAEP'],
    [{ crv: 'P-256' }, 'crv: got a string, takes nothing'],
    [{ use: 'enc', kms: {} }, 'kms: got an object, takes nothing'],
    [{ kms: {} }, 'kms: got an object, takes an object with createKey and findKey'],
    [{ rotateEverySeconds: 0 }, 'rotateEverySeconds: got 0, takes a whole number of seconds'],
    [{ rotateEverySeconds: hour, publishAheadSeconds: day }, 'publishAheadSeconds: got 86400, takes at most'],
    [{ rotateEverySeconds: 60, publishAheadSeconds: 1 }, 'rotateEverySeconds: got 60, takes at least 127 seconds'],
    [{ rotateEvery: 60 }, 'rotateEvery: got a number, takes nothing'],
    [{ clockToleranceSeconds: 301 }, 'clockToleranceSeconds: got 301'],
  ])('%o are refused by name', async (options, message) => {
    await expect(open(memoryKeyStorage(), options)).rejects.toThrow(message)
  })

  it.each(['', '{}', '[]', '{"format":"sallyport-key-ring/1","use":"sig","keys":[{}]}'])(
    'are one thing, what is stored another: %o is refused as damaged',
    async (content) => {
      const storage = { load: async () => ({ content, revision: '1' }), save: async () => '2' }
      await expect(open(storage)).rejects.toMatchObject({ code: 'storage_corrupted' })
    },
  )

  it('do not open a ring of encryption keys as one of signature keys', async () => {
    const storage = memoryKeyStorage()
    await createKeyRing({ use: 'enc', storage }).then((ring) => ring.close())
    await expect(open(storage)).rejects.toThrow('is a key ring for another use')
  })
})
