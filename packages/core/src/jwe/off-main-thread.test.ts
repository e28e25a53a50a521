import { generateKeyPairSync } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { parseHeader } from '../compact/index.ts'
import { createDecryption, decryptJwe } from './index.ts'
import { runOffMainThread } from './off-main-thread.ts'

/** Operations that end when the test says so. */
const ends: (() => void)[] = []
const pending: Promise<unknown>[] = []
let atWork = 0
let mostAtWork = 0

function start(): void {
  pending.push(
    runOffMainThread(async () => {
      mostAtWork = Math.max(mostAtWork, ++atWork)
      await new Promise<void>((resolve) => ends.push(resolve))
      atWork--
    }),
  )
}

async function endAll(): Promise<void> {
  const all = Promise.allSettled(pending)
  let done = false
  void all.then(() => (done = true))
  while (!done) {
    for (const end of ends.splice(0)) end()
    await new Promise((resolve) => setImmediate(resolve))
  }
  pending.length = 0
}

afterEach(endAll)

describe('runOffMainThread', () => {
  it('JWE-12: leaves a thread of the pool to others, and serves everybody in the end', async () => {
    for (let count = 0; count < 100; count++) start()
    await endAll()
    expect(mostAtWork).toBe(3)
    expect(atWork).toBe(0)
  })

  it('JWE-12: refuses beyond 1024 in flight, and accepts again afterwards', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const decryption = createDecryption({ keys: [{ key: privateKey, algorithm: 'ECDH-ES' }] })
    const header = { alg: 'ECDH-ES', enc: 'A128GCM' }
    const token = await new CompactEncrypt(Buffer.from('text')).setProtectedHeader(header).encrypt(publicKey)
    const segments = token.split('.')
    const decrypt = async () => decryptJwe(decryption, parseHeader(segments[0]!), segments)

    for (let count = 0; count < 1024; count++) start()
    await expect(decrypt()).rejects.toMatchObject({ code: 'verifier_overloaded', status: 503 })
    await endAll()
    await expect(decrypt()).resolves.toEqual(Buffer.from('text'))
  })

  it('JWE-12: frees the place of an operation that fails', async () => {
    const failures = Array.from({ length: 50 }, () => runOffMainThread(() => Promise.reject(new Error('expected'))))
    const results = await Promise.allSettled(failures)
    expect(results.every(({ status }) => status === 'rejected')).toBe(true)
    await expect(runOffMainThread(() => Promise.resolve('served'))).resolves.toBe('served')
  })
})
