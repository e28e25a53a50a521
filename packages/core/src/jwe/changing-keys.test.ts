import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ConfigurationError } from '../configuration-error.ts'
import { createVerifier, type DecryptionKeyInput, type DecryptionOptions } from '../index.ts'
import { audience, codeOf, encrypt, issuer, makeKey, mint } from '../mint.test.support.ts'

const signer = makeKey('ES256')
const jwks = { keys: [signer.publicJwk] }

function makePair(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const input: DecryptionKeyInput = { key: privateKey, algorithm: 'ECDH-ES+A256KW', kid }
  return { kid, publicKey, input }
}

const [one, two] = [makePair('one'), makePair('two')]

const tokenFor = async ({ publicKey, kid }: { publicKey: KeyObject; kid: string }) =>
  encrypt(await mint(signer), publicKey, { alg: 'ECDH-ES+A256KW', kid })

const verifierWith = (keys: DecryptionOptions['keys']) =>
  createVerifier({ issuer, audience, jwks, cache: false, decryption: { keys } })

afterEach(() => {
  vi.useRealTimers()
})

describe('decryption keys from a function', () => {
  it.each([
    ['at once', (keys: readonly DecryptionKeyInput[]) => keys],
    ['later', async (keys: readonly DecryptionKeyInput[]) => keys],
  ])('JWE-11: come and go, when they are given %s', async (_, give) => {
    let keys: readonly DecryptionKeyInput[] = [one.input]
    const verifier = verifierWith(() => give(keys))
    expect(await codeOf(verifier.verify(await tokenFor(one)))).toBe('accepted')
    expect(await codeOf(verifier.verify(await tokenFor(two)))).toBe('decryption_failed')
    keys = [two.input, one.input]
    expect(await codeOf(verifier.verify(await tokenFor(two)))).toBe('accepted')
    keys = [two.input]
    expect(await codeOf(verifier.verify(await tokenFor(one)))).toBe('decryption_failed')
  })

  it('are prepared once, as long as it is the same array', async () => {
    const keys = [one.input]
    const read = vi.fn(() => one.publicKey && (one.input as { key: KeyObject }).key)
    Object.defineProperty(keys, 0, { get: () => ({ ...one.input, key: read() }) })
    const verifier = verifierWith(() => keys)
    for (let count = 0; count < 5; count++) await verifier.verify(await tokenFor(one))
    expect(read).toHaveBeenCalledTimes(1)
  })

  it('are not asked for by tokens that are only signed, nor at creation', async () => {
    const ask = vi.fn(() => [one.input])
    const verifier = verifierWith(ask)
    await verifier.verify(await mint(signer))
    expect(ask).not.toHaveBeenCalled()
  })

  it.each<[string, () => unknown]>([
    ['throws', () => expect.unreachable()],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['gives nothing', () => undefined],
    ['gives no keys', () => []],
    ['gives a public key', () => [{ key: one.publicKey, algorithm: 'ECDH-ES' }]],
    ['promises something else', async () => 'keys'],
  ])('CHAL-7: are unavailable, and that is 503, when the function %s', async (_, ask) => {
    let isBroken = false
    const verifier = verifierWith(() => (isBroken ? ask() : [one.input]) as never)
    expect(await codeOf(verifier.verify(await tokenFor(one)))).toBe('accepted')
    isBroken = true
    const refused = verifier.verify(await tokenFor(one))
    await expect(refused).rejects.toMatchObject({ code: 'keys_unavailable', status: 503 })
    isBroken = false
    expect(await codeOf(verifier.verify(await tokenFor(one)))).toBe('accepted')
  })

  it('DOS-2, DOS-4: are waited for by 1,024 tokens at most, and for 2 s at most', async () => {
    const token = await tokenFor(one)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const ask = vi.fn(() => new Promise<never>(() => {}))
    const verifier = verifierWith(ask)
    const codes = Array.from({ length: 1_100 }, () => codeOf(verifier.verify(token)))
    await vi.advanceTimersByTimeAsync(2_000)
    const all = await Promise.all(codes)
    expect(all.filter((code) => code === 'verifier_overloaded')).toHaveLength(76)
    expect(all.filter((code) => code === 'keys_unavailable')).toHaveLength(1_024)
    expect(ask).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
    // One that hangs is not waited for again: it is asked anew.
    ask.mockImplementation(async () => [one.input] as never)
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
  })

  it('LOG-1: are in no error', async () => {
    const secret = randomBytes(32)
    const keys = [{ key: createSecretKey(secret), algorithm: 'ECDH-ES' }] as never
    const error: unknown = await verifierWith(() => keys)
      .verify(await tokenFor(one))
      .catch((reason: unknown) => reason)
    expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain(secret.toString('base64url'))
    expect(error).toMatchObject({ code: 'keys_unavailable' })
  })

  it('JWE-7: vouch for nobody: unsigned claims are not accepted beside them', () => {
    const decryption = { keys: () => [one.input], acceptUnsigned: true }
    expect(() => createVerifier({ issuer, audience, jwks, decryption })).toThrow(ConfigurationError)
    expect(() => createVerifier({ issuer, audience, jwks, decryption })).toThrow('decryption.acceptUnsigned')
  })
})
