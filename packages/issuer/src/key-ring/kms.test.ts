import { createPrivateKey, type JsonWebKey, sign } from 'node:crypto'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createIssuer, type ExternalSigningKey, generateSigningKey } from '../index.ts'
import {
  createKeyRing,
  type KeyManagementService,
  type KeyStorage,
  memoryKeyStorage,
  type SigningKeyRing,
} from './index.ts'

const request = { subject: 'user-1', clientId: 'web', audience: 'https://api.example' }
const issuerId = 'https://as.example'

/** A key as a service has it: only its functions can be reached. */
async function externalKey(form: 'ieee-p1363' | 'der' = 'ieee-p1363'): Promise<ExternalSigningKey> {
  const { kty, crv, x, y, d, kid } = await generateSigningKey('ES256')
  const key = createPrivateKey({ key: { kty, crv, x, y, d } as JsonWebKey, format: 'jwk' })
  return {
    kid: String(kid),
    alg: 'ES256',
    publicJwk: { kty: 'EC', crv: 'P-256', x: String(x), y: String(y) },
    sign: async (bytes) => sign('sha256', bytes, { key, dsaEncoding: form }),
  }
}

class Service implements KeyManagementService {
  readonly keys = new Map<string, ExternalSigningKey>()
  readonly destroyed: string[] = []
  async createKey() {
    const key = await externalKey()
    this.keys.set(key.kid, key)
    return key
  }
  async findKey(kid: string) {
    return this.keys.get(kid)
  }
  async destroyKey(kid: string) {
    this.destroyed.push(kid)
  }
}

describe('a key whose private half is elsewhere', () => {
  it('signs access tokens as one of the keys of an issuer', async () => {
    const key = await externalKey()
    const issuer = await createIssuer({ issuer: issuerId, keys: [key, await generateSigningKey('EdDSA')] })
    const token = await issuer.issueAccessToken(request)
    const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(issuer.jwks()))
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: key.kid })
    expect(issuer.jwks().keys[0]).toEqual({ ...key.publicJwk, kid: key.kid, alg: 'ES256', use: 'sig' })
  })

  it('is refused at once where its signatures are DER, or of another key, or its JWK private', async () => {
    const [key, other] = [await externalKey(), await externalKey()]
    const refused = async (given: object, message: string) =>
      expect(createIssuer({ issuer: issuerId, keys: [given as ExternalSigningKey] })).rejects.toThrow(message)
    await refused(await externalKey('der'), 'keys[0].sign: got a function that does not, takes a function that gives')
    await refused({ ...key, publicJwk: other.publicJwk }, 'keys[0].sign')
    await refused({ ...key, sign: () => 'text' }, 'keys[0].sign')
    await refused({ ...key, publicJwk: await generateSigningKey() }, 'keys[0].publicJwk: got a private key')
    await refused({ ...key, publicJwk: undefined }, 'keys[0].publicJwk')
    await refused({ ...key, alg: 'RS256' }, 'keys[0].publicJwk: got another key')
    await refused({ ...key, region: 'eu' }, 'keys[0].region: got a string, takes nothing')
  })
})

describe('a key ring in a key management service', () => {
  it('signs with the next key when the current one was retired by another process and destroyed', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] })
    try {
      const [kms, storage] = [new Service(), memoryKeyStorage()]
      const options = { storage, kms, rotateEverySeconds: 86_400, publishAheadSeconds: 3_600 }
      const [one, other] = [await createKeyRing(options), await createKeyRing(options)]
      const issuer = await createIssuer({ issuer: issuerId, keyRing: one })
      const [first, second] = one.inspect().keys.map(({ kid }) => String(kid))
      vi.setSystemTime(Date.now() + 7_200_000)
      await one.refresh()
      await other.rotateNow()
      vi.spyOn(kms.keys.get(String(first))!, 'sign').mockRejectedValue(new Error('destroyed'))
      expect(decodeProtectedHeader(await issuer.issueAccessToken(request)).kid).toBe(second)
      vi.spyOn(kms.keys.get(String(second))!, 'sign').mockRejectedValue(new Error('down'))
      const error = { code: 'key_unavailable', status: 503, cause: { message: 'down' } }
      await expect(issuer.issueAccessToken(request)).rejects.toMatchObject(error)
      for (const ring of [one, other]) ring.close()
    } finally {
      vi.useRealTimers()
    }
  })

  it('stores public halves alone, finds its keys again, and destroys what signs no more', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] })
    try {
      const [kms, storage] = [new Service(), memoryKeyStorage()]
      const options = { storage, kms, rotateEverySeconds: 86_400, publishAheadSeconds: 3_600 }
      const before = await createKeyRing(options)
      const [first, second] = before.jwks().keys.map(({ kid }) => String(kid))
      before.close()
      const stored = await storage.load()
      expect(JSON.stringify(stored)).not.toContain('\\"d\\"')

      vi.setSystemTime(Date.now() + 86_400_000)
      const keyRing = await createKeyRing(options)
      keyRing.close()
      const issuer = await createIssuer({ issuer: issuerId, keyRing })
      const token = await issuer.issueAccessToken(request)
      expect(decodeProtectedHeader(token).kid).toBe(second)
      await jwtVerify(token, createLocalJWKSet(issuer.jwks()), { currentDate: new Date() })
      expect(kms.destroyed).toEqual([first])
      expect(kms.keys.size).toBe(3)
      await keyRing.revoke(String(second))
      expect(kms.destroyed).toEqual([first, second])
    } finally {
      vi.useRealTimers()
    }
  })

  it('says that a key is not to be had, and goes on with the one it has', async () => {
    const [kms, storage] = [new Service(), memoryKeyStorage()]
    const keyRing = await createKeyRing({ storage, kms })
    const [current, next] = keyRing.inspect().keys.map(({ kid }) => kid)
    const currentKey = kms.keys.get(String(current))!
    kms.keys.delete(String(current))
    await expect(createKeyRing({ storage, kms })).rejects.toMatchObject({ code: 'key_unavailable' })
    kms.keys.set(String(current), currentKey)
    kms.keys.delete(String(next))
    const other = await createKeyRing({ storage, kms })
    expect(other.inspect().failure).toBe('key_unavailable')
    // Another process may sign with it: APIs need it.
    expect(other.jwks()).toEqual(keyRing.jwks())
    other.close()
    expect(await keyRing.signer()).toMatchObject({ kid: current })
    await keyRing.revoke(String(next))
    keyRing.close()
    const again = await createKeyRing({ storage, kms })
    expect(await again.signer()).toMatchObject({ kid: current })
    again.close()
    const broken = { createKey: () => Promise.reject(new Error('down')), findKey: async () => undefined }
    await expect(createKeyRing({ storage: memoryKeyStorage(), kms: broken })).rejects.toMatchObject({
      code: 'key_unavailable',
    })
  })
})

describe('a key management service that fails one of two processes', () => {
  const rings: SigningKeyRing[] = []
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    for (const ring of rings.splice(0)) ring.close()
    vi.useRealTimers()
  })

  const later = (ms: number) => vi.setSystemTime(Date.now() + ms)
  async function open(storage: KeyStorage, kms: KeyManagementService) {
    const ring = await createKeyRing({ storage, kms })
    rings.push(ring)
    return ring
  }
  const kidsOf = (ring: SigningKeyRing) => ring.jwks().keys.map(({ kid }) => String(kid))

  /** Two processes with one ring, the second of which finds only the keys that there are now. */
  async function withReplicaThatLags() {
    const [kms, storage] = [new Service(), memoryKeyStorage()]
    let known: Set<string> | undefined
    const lagging: KeyManagementService = {
      createKey: () => kms.createKey(),
      findKey: async (kid) => {
        if (known?.has(kid) === false) throw new Error('not here yet')
        return kms.findKey(kid)
      },
    }
    const [one, other] = [await open(storage, kms), await open(storage, lagging)]
    known = new Set(kms.keys.keys())
    return { one, other, find: (kid: string) => known?.add(kid), catchUp: () => (known = undefined) }
  }

  it('does not keep a key in use there that was withdrawn here, while the one after it cannot be opened', async () => {
    const { one, other, catchUp } = await withReplicaThatLags()
    const [stolen, second] = kidsOf(one)
    await one.revoke(String(stolen))
    const [, third] = kidsOf(one)
    const events: unknown[] = []
    other.subscribe((event) => events.push(event))
    later(1_000)
    expect((await other.signer()).kid).toBe(second)
    expect(kidsOf(other)).toEqual([second, third])
    expect(other.inspect().failure).toBe('key_unavailable')
    expect(events).toContainEqual({ type: 'withdrawn', kid: stolen, alg: 'ES256' })
    catchUp()
    later(5_000)
    await other.signer()
    expect(other.inspect().failure).toBeUndefined()
  })

  it('lets nothing be signed where the current key cannot be opened, not even with the next one', async () => {
    const { one, other, find, catchUp } = await withReplicaThatLags()
    const withdrawn = kidsOf(one)
    for (const kid of withdrawn) await one.revoke(kid)
    later(1_000)
    const issuer = await createIssuer({ issuer: issuerId, keyRing: other })
    await expect(issuer.issueAccessToken(request)).rejects.toMatchObject({ code: 'no_key', status: 503 })
    expect(kidsOf(other)).toEqual(kidsOf(one))
    find(String(kidsOf(one)[1]))
    later(5_000)
    await expect(issuer.issueAccessToken(request)).rejects.toMatchObject({ code: 'no_key' })
    catchUp()
    later(5_000)
    expect((await other.signer()).kid).toBe(one.inspect().keys[0]?.kid)
  })

  it('has a withdrawal stored at once while it makes no key, and says so when it is too late', async () => {
    const [kms, storage] = [new Service(), memoryKeyStorage()]
    const ring = await open(storage, kms)
    const [first, second] = kidsOf(ring)
    vi.spyOn(kms, 'createKey').mockReturnValue(new Promise(() => {}))
    const withdrawn = ring.revoke(String(first)).catch((error: unknown) => error)
    await vi.waitFor(async () => expect(JSON.stringify(await storage.load())).not.toContain(first))
    expect((await ring.signer()).kid).toBe(second)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await withdrawn).toMatchObject({ code: 'key_unavailable', status: 503 })
    vi.mocked(kms.createKey).mockRestore()
    await ring.refresh()
    expect(kidsOf(ring)).toHaveLength(2)
  })

  it('waits for no key that is looked for, or destroyed, longer than ten seconds', async () => {
    const [kms, storage] = [new Service(), memoryKeyStorage()]
    const ring = await open(storage, kms)
    const [first, second] = kidsOf(ring)
    const destroy = vi.spyOn(kms, 'destroyKey').mockReturnValue(new Promise(() => {}))
    await ring.revoke(String(first))
    expect(destroy).toHaveBeenCalledWith(first)
    await ring.refresh()
    const events: string[] = []
    ring.subscribe(({ type }) => events.push(type))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(events).toContain('storage_failed')

    vi.spyOn(kms, 'findKey').mockReturnValue(new Promise(() => {}))
    const opened = createKeyRing({ storage, kms }).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await opened).toMatchObject({ code: 'key_unavailable' })
    expect((await ring.signer()).kid).toBe(second)
  })

  it('is given five seconds for a signature', async () => {
    const key = await externalKey()
    const sign = vi.spyOn(key, 'sign')
    const issuer = await createIssuer({ issuer: issuerId, keys: [key] })
    sign.mockReturnValue(new Promise(() => {}))
    const issued = issuer.issueAccessToken(request).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await issued).toMatchObject({ code: 'key_unavailable', status: 503 })
    const opened = createIssuer({ issuer: issuerId, keys: [key] }).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await opened).toMatchObject({ code: 'key_unavailable' })
  })
})
