import * as crypto from 'node:crypto'
import { CompactEncrypt } from 'jose'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { parseHeader } from '../compact/index.ts'
import { createDecryption, type Decryption, decryptJwe } from './index.ts'

// What is done, and in what order, as seen by node:crypto.

vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<typeof crypto>()
  return {
    ...original,
    createDecipheriv: vi.fn(original.createDecipheriv),
    privateDecrypt: vi.fn(original.privateDecrypt),
    timingSafeEqual: vi.fn(original.timingSafeEqual),
  }
})

const ciphers = () => vi.mocked(crypto.createDecipheriv).mock.calls.map(([cipher]) => cipher)
const lastContentKey = () => vi.mocked(crypto.createDecipheriv).mock.lastCall![1] as Buffer

async function encrypt(key: crypto.KeyObject | Uint8Array, alg: string, enc: string): Promise<string[]> {
  const token = await new CompactEncrypt(Buffer.from('text')).setProtectedHeader({ alg, enc }).encrypt(key)
  return token.split('.')
}

const decrypt = async (decryption: Decryption, segments: readonly string[]) =>
  decryptJwe(decryption, parseHeader(segments[0]!), segments)

const otherBytes = (segment: string) =>
  crypto.randomBytes(Buffer.from(segment, 'base64url').length).toString('base64url')

describe('the order of decryption', () => {
  beforeEach(() => vi.clearAllMocks())

  it.each(['A128KW', 'A128GCMKW'] as const)('JWE-6: goes on with a random key after a wrong %s key', async (alg) => {
    const secret = crypto.randomBytes(16)
    const decryption = createDecryption({ keys: [{ key: secret, algorithm: alg }] })
    const segments = await encrypt(secret, alg, 'A256GCM')
    await expect(decrypt(decryption, segments)).resolves.toEqual(Buffer.from('text'))
    const right = lastContentKey()
    const wrong = segments.with(1, otherBytes(segments[1]!))
    const used: string[] = []
    for (let round = 0; round < 2; round++) {
      vi.clearAllMocks()
      await expect(decrypt(decryption, wrong)).rejects.toMatchObject({ code: 'decryption_failed' })
      expect(ciphers().at(-1)).toBe('aes-256-gcm')
      expect(lastContentKey()).toHaveLength(32)
      used.push(lastContentKey().toString('hex'))
    }
    expect(new Set([...used, right.toString('hex')]).size).toBe(3)
  })

  it.each([2048, 3072])(
    'JWE-6: goes on with a random key after a wrong RSA-OAEP key of %i bits',
    async (modulusLength) => {
      const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength })
      const decryption = createDecryption({ keys: [{ key: privateKey, algorithm: 'RSA-OAEP-256' }] })
      const segments = await encrypt(publicKey, 'RSA-OAEP-256', 'A128CBC-HS256')
      vi.clearAllMocks()
      const wrong = segments.with(1, Buffer.alloc(modulusLength / 8, 1).toString('base64url'))
      await expect(decrypt(decryption, wrong)).rejects.toMatchObject({ code: 'decryption_failed' })
      expect(crypto.timingSafeEqual).toHaveBeenCalledTimes(1)
    },
  )

  it('JWE-6: goes on with a random key when the encrypted key is right but has another length', async () => {
    const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
    const decryption = createDecryption({ keys: [{ key: privateKey, algorithm: 'RSA-OAEP' }] })
    const segments = await encrypt(publicKey, 'RSA-OAEP', 'A128GCM')
    const short = crypto.publicEncrypt(publicKey, Buffer.alloc(15)).toString('base64url')
    vi.clearAllMocks()
    await expect(decrypt(decryption, segments.with(1, short))).rejects.toMatchObject({ code: 'decryption_failed' })
    expect(ciphers()).toEqual(['aes-128-gcm'])
    expect(lastContentKey()).toHaveLength(16)
  })

  it.each([3, 4])('JWE-6: compares the MAC in constant time before CBC is decrypted (segment %i)', async (index) => {
    const secret = crypto.randomBytes(32)
    const decryption = createDecryption({ keys: [{ key: secret, algorithm: 'dir' }] })
    const segments = await encrypt(secret, 'dir', 'A128CBC-HS256')
    const wrong = segments.with(index, otherBytes(segments[index]!))
    await expect(decrypt(decryption, wrong)).rejects.toMatchObject({ code: 'decryption_failed' })
    expect(crypto.timingSafeEqual).toHaveBeenCalledTimes(1)
    expect(ciphers()).toEqual([])
    await expect(decrypt(decryption, segments)).resolves.toEqual(Buffer.from('text'))
    expect(ciphers()).toEqual(['aes-128-cbc'])
  })

  it('JWE-4: always tells node:crypto the length of the tag', async () => {
    const secret = crypto.randomBytes(16)
    const decryption = createDecryption({ keys: [{ key: secret, algorithm: 'A128GCMKW' }] })
    await decrypt(decryption, await encrypt(secret, 'A128GCMKW', 'A128GCM'))
    const options = vi.mocked(crypto.createDecipheriv).mock.calls.map((call) => call[3])
    expect(options).toEqual([{ authTagLength: 16 }, { authTagLength: 16 }])
  })

  it('JWE-12: decrypts with RSA of 2048 bits here, and off the main thread with more', async () => {
    const keys = [2048, 3072].map((modulusLength) => crypto.generateKeyPairSync('rsa', { modulusLength }))
    for (const [index, { privateKey, publicKey }] of keys.entries()) {
      const decryption = createDecryption({ keys: [{ key: privateKey, algorithm: 'RSA-OAEP-512' }] })
      const segments = await encrypt(publicKey, 'RSA-OAEP-512', 'A256GCM')
      vi.clearAllMocks()
      const plaintext = decryptJwe(decryption, parseHeader(segments[0]!), segments)
      expect(plaintext instanceof Promise).toBe(index === 1)
      expect(await plaintext).toEqual(Buffer.from('text'))
      expect(crypto.privateDecrypt).toHaveBeenCalledTimes(index === 1 ? 0 : 1)
    }
  })
})
