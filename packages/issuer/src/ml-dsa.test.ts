import { generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { createIssuer, createKeyRing, generateSigningKey, IssuerConfigurationError, memoryKeyStorage } from './index.ts'

const algorithms = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const
type Algorithm = (typeof algorithms)[number]

const issuer = 'https://as.example'
const request = { subject: 'user-1', clientId: 'web', audience: 'https://api.example' }

/** Node.js has ML-DSA from 24.7 on; both sides of that are proven, each where it can be. */
const hasMlDsa = (() => {
  try {
    generateKeyPairSync('ml-dsa-44' as 'ed25519')
    return true
  } catch {
    return false
  }
})()

async function proveThatItSigns(alg: Algorithm): Promise<void> {
  const key = await generateSigningKey(alg)
  const as = await createIssuer({ issuer, keys: [key] })
  const [published] = as.jwks().keys
  expect(Object.keys(published ?? {}).toSorted()).toEqual(['alg', 'kid', 'kty', 'pub', 'use'])
  expect(published).toMatchObject({ kty: 'AKP', alg, kid: key.kid })
  const token = await as.issueAccessToken(request)
  const { payload } = await jwtVerify(token, createLocalJWKSet(as.jwks()), { issuer, typ: 'at+jwt' })
  expect(payload.sub).toBe('user-1')
  const keyRing = await createKeyRing({ storage: memoryKeyStorage(), algorithm: alg })
  const ringed = await createIssuer({ issuer, keyRing })
  await jwtVerify(await ringed.issueAccessToken(request), createLocalJWKSet(ringed.jwks()))
  await keyRing.revoke(keyRing.inspect().keys[0]?.kid ?? '')
  await jwtVerify(await ringed.issueAccessToken(request), createLocalJWKSet(ringed.jwks()))
  keyRing.close()
}

async function proveThatItIsRefused(alg: Algorithm): Promise<void> {
  await expect(createIssuer({ issuer, algorithm: alg })).rejects.toThrow(IssuerConfigurationError)
  await expect(createIssuer({ issuer, algorithm: alg })).rejects.toThrow('ML-DSA needs Node.js 24.7 or later')
  await expect(createKeyRing({ storage: memoryKeyStorage(), algorithm: alg })).rejects.toThrow('Node.js 24.7')
  const keys = [{ kty: 'AKP', alg, pub: 'AAAA', priv: 'AAAA' }]
  await expect(createIssuer({ issuer, keys })).rejects.toThrow('in Node.js 24.7 or later')
}

describe('ML-DSA (RFC 9964)', () => {
  it.each(algorithms)('%s signs where the runtime has it, and is refused with the reason where it has not', (alg) =>
    hasMlDsa ? proveThatItSigns(alg) : proveThatItIsRefused(alg),
  )
})
