import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createVerifier } from './index.ts'
import { audience, codeOf, encrypt, goodClaims, issuer, makeKey, mint, type SigningKey } from './mint.test.support.ts'

// Many tokens at once. They share the thread pool with the look-up of host names, which key fetches need.

const es256 = makeKey('ES256')
const es384 = makeKey('ES384')
const jwks = { keys: [es256.publicJwk, es384.publicJwk] }

const mintMany = (count: number, key: SigningKey) =>
  Promise.all(Array.from({ length: count }, (_, index) => mint(key, goodClaims({ jti: `${index}` }))))

/** Fetches keys from a host whose name has to be looked up. */
async function prepareFetch(): Promise<() => Promise<void>> {
  const server = createServer((_, res) => res.end(JSON.stringify(jwks)))
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const jwksUri = `http://localhost:${(server.address() as AddressInfo).port}/jwks`
  return () => createVerifier({ issuer, audience, jwksUri }).ready()
}

describe('many tokens at once', () => {
  it('DOS-4: leave the key fetch a thread while they are decrypted', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })
    const decryption = { keys: [{ key: privateKey, algorithm: 'RSA-OAEP-256' }] } as const
    const verifier = createVerifier({ issuer, audience, jwks, decryption })
    const signed = await mintMany(120, es256)
    const tokens = await Promise.all(signed.map((token) => encrypt(token, publicKey, { alg: 'RSA-OAEP-256' })))
    const fetchKeys = await prepareFetch()
    let decrypted = 0
    const verdicts = tokens.map(async (token) => {
      const verdict = await codeOf(verifier.verify(token))
      decrypted++
      return verdict
    })
    await fetchKeys()
    expect(decrypted).toBeLessThan(100)
    expect(new Set(await Promise.all(verdicts))).toEqual(new Set(['accepted']))
  })

  it('DOS-4: do not make a key fetch fail while their signatures are verified', async () => {
    const verifier = createVerifier({ issuer, audience, jwks, verifyOn: 'thread-pool' })
    const tokens = await mintMany(100, es384)
    const fetchKeys = await prepareFetch()
    const verdicts = tokens.map((token) => codeOf(verifier.verify(token)))
    await fetchKeys()
    expect(new Set(await Promise.all(verdicts))).toEqual(new Set(['accepted']))
  })

  it('DOS-4: are 503 beyond 1,024 that wait, good or bad, and none later', async () => {
    const verifier = createVerifier({ issuer, audience, jwks, verifyOn: 'thread-pool' })
    const tokens = await mintMany(1100, es256)
    const forged = tokens.map((token, index) => (index % 2 === 0 ? token : `${token.slice(0, -8)}AAAAAAAA`))
    const verdicts = await Promise.all(forged.map((token) => codeOf(verifier.verify(token))))
    const count = (code: string) => verdicts.filter((verdict) => verdict === code).length
    expect([count('accepted'), count('signature_invalid'), count('verifier_overloaded')]).toEqual([512, 512, 76])
    expect(verdicts.slice(1024)).toEqual(Array.from({ length: 76 }, () => 'verifier_overloaded'))
    expect(await codeOf(verifier.verify(tokens[1099]!))).toBe('accepted')
  })
})
