import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { importKeys } from '@sallyport/jwks'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { createVerifier } from '../index.ts'
import { audience, codeOf, goodClaims, issuer } from '../mint.test.support.ts'

const algorithms = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const
type Algorithm = (typeof algorithms)[number]

const generate = generateKeyPairSync as unknown as (type: string) => { publicKey: KeyObject; privateKey: KeyObject }

/** Node.js has ML-DSA from 24.7 on; both sides of that are proven, each where it can be. */
const hasMlDsa = (() => {
  try {
    generate('ml-dsa-44')
    return true
  } catch {
    return false
  }
})()

function withKey(alg: Algorithm) {
  const { publicKey, privateKey } = generate(alg.toLowerCase())
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'pq' } as JWK
  const mint = (changes: Record<string, unknown> = {}) => {
    const segments = [{ alg, kid: 'pq', typ: 'at+jwt' }, goodClaims(changes)]
    const input = segments.map((segment) => Buffer.from(JSON.stringify(segment)).toString('base64url')).join('.')
    return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`
  }
  return { jwk, publicKey, mint }
}

async function proveMlDsa(alg: Algorithm): Promise<void> {
  const { jwk, publicKey, mint } = withKey(alg)
  const [token, other] = [mint(), mint({ sub: 'user-2' })]
  const spliced = `${token.slice(0, token.lastIndexOf('.'))}${other.slice(other.lastIndexOf('.'))}`
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  const verifiers = [
    createVerifier({ issuer, audience, jwks: { keys: [jwk] }, algorithms: [alg], verifyOn: 'main-thread' }),
    createVerifier({ issuer, audience, jwks: { keys: [jwk] }, algorithms: [alg], verifyOn: 'thread-pool' }),
    createVerifier({ issuer, audience, publicKey: publicKeyPem, algorithm: alg }),
  ]
  for (const verifier of verifiers) {
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    expect(await codeOf(verifier.verify(spliced))).toBe('signature_invalid')
    expect(await codeOf(verifier.verify(`${token.slice(0, -4)}`))).toMatch(/signature_invalid|token_malformed/)
  }
  const byDefault = createVerifier({ issuer, audience, jwks: { keys: [jwk] } })
  expect(await codeOf(byDefault.verify(token))).toBe('algorithm_refused')
  const [entry] = importKeys({ keys: [jwk] })
  expect(entry).toMatchObject({ kty: 'AKP', crv: alg, thumbprint: await calculateJwkThumbprint(jwk) })
  for (const wrong of algorithms) {
    if (wrong === alg) continue
    expect(importKeys({ keys: [{ ...jwk, alg: wrong }] })).toEqual([])
  }
}

function proveThatItIsRefused(alg: Algorithm): void {
  const jwks = { keys: [generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) as JWK] }
  const needs = new RegExp(`${alg} needs Node.js 24.7`)
  expect(() => createVerifier({ issuer, audience, jwks, algorithms: [alg] })).toThrow(needs)
  const publicKey = createPublicKey(generateKeyPairSync('ed25519').privateKey)
  expect(() => createVerifier({ issuer, audience, publicKey, algorithm: alg })).toThrow(needs)
  const skipped: string[] = []
  const akp = { kty: 'AKP', alg, pub: 'AA' }
  expect(importKeys({ keys: [akp] }, { onSkipped: ({ reason }) => skipped.push(reason) })).toEqual([])
  expect(skipped).toEqual([expect.stringContaining('ML-DSA needs Node.js 24.7')])
}

describe('ML-DSA (RFC 9964)', () => {
  it.each(algorithms)(
    'JOSE-4: %s verifies by name where the runtime has it, and is a wrong option elsewhere',
    async (alg) => {
      if (hasMlDsa) await proveMlDsa(alg)
      else proveThatItIsRefused(alg)
    },
  )
})
