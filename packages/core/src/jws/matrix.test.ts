import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { CompactSign, compactVerify, createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { AccessTokenError } from '../error.ts'
import { createVerifier, type Verifier } from '../index.ts'
import { audience, goodClaims, issuer, makeKey, type Members, mint, type SigningKey } from '../mint.test.support.ts'

// Every algorithm that jose has too: signed by jose, verified here.

interface Case {
  readonly alg: string
  readonly sign: (claims: Members) => Promise<string>
  readonly verifiers: readonly Verifier[]
  readonly verifyWithJose: (token: string) => Promise<Uint8Array>
}

function publicKeyCase(alg: string): Case {
  const key: SigningKey = makeKey(alg)
  const jwks = { keys: [key.publicJwk] }
  const getKey = createLocalJWKSet(jwks as never)
  return {
    alg,
    sign: (claims) => mint(key, claims),
    verifiers: (['main-thread', 'thread-pool', 'auto'] as const).map((verifyOn) =>
      createVerifier({ issuer, audience, jwks, verifyOn }),
    ),
    verifyWithJose: async (token) => (await compactVerify(token, getKey, { algorithms: [alg] })).payload,
  }
}

function secretCase(algorithm: 'HS256' | 'HS384' | 'HS512'): Case {
  const secret = createSecretKey(randomBytes(64))
  return {
    alg: algorithm,
    sign: (claims) =>
      new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader({ alg: algorithm }).sign(secret),
    verifiers: [createVerifier({ issuer, audience, secret, algorithm })],
    verifyWithJose: async (token) => (await compactVerify(token, secret, { algorithms: [algorithm] })).payload,
  }
}

const cases: readonly Case[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'].map(
    publicKeyCase,
  ),
  ...(['HS256', 'HS384', 'HS512'] as const).map(secretCase),
]

/** The claims, or `undefined` where the token is refused; anything else fails the test. */
async function claimsOf(verifier: Verifier, token: string): Promise<unknown> {
  try {
    return (await verifier.verify(token)).claims
  } catch (error) {
    expect(error).toBeInstanceOf(AccessTokenError)
    return undefined
  }
}

const extraClaims = { nested: { list: [1, 'ü', null] }, text: 'snowman ☃ 😀' }

describe('signatures with jose as the oracle', () => {
  it.each(cases)('JOSE-10: verifies $alg, and nothing that was changed', async ({ sign, verifiers }) => {
    const token = await sign(goodClaims(extraClaims))
    const segments = token.split('.')
    for (const verifier of verifiers) {
      expect(await claimsOf(verifier, token)).toEqual(decodeJwt(token))
      for (const [index, segment] of segments.entries()) {
        const bytes = Buffer.from(segment, 'base64url')
        // Each bit of a byte here and there; a verdict that was remembered helps none of them.
        for (let bit = 0; bit < 8; bit++) {
          const at = Math.floor((bytes.length * (bit + Math.random())) / 8)
          const changed = Buffer.from(bytes)
          changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at)
          const forged = segments.with(index, changed.toString('base64url')).join('.')
          expect(await claimsOf(verifier, forged), `bit ${bit} of byte ${at} of segment ${index}`).toBeUndefined()
        }
      }
    }
  })

  it('accepts no mutation that jose refuses, and then the same claims', async () => {
    const quick = cases.filter(({ alg }) => !/ES384|ES512/.test(alg))
    const prepared = await Promise.all(quick.map(async (one) => ({ one, token: await one.sign(goodClaims()) })))
    const characters = fc.constantFrom(...Array.from('AQgw_-.=+/ \n{}"é'))
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...prepared),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(2),
        fc.string({ unit: characters, maxLength: 3 }),
        async ({ one: { verifiers, verifyWithJose }, token }, at, removed, inserted) => {
          const index = Math.floor(at * (token.length + 1))
          const mutated = token.slice(0, index) + inserted + token.slice(index + removed)
          const ours = await claimsOf(verifiers[0]!, mutated)
          if (ours === undefined) return
          accepted++
          expect(ours).toEqual(JSON.parse(Buffer.from(await verifyWithJose(mutated)).toString()))
        },
      ),
      { numRuns: 3000 },
    )
    expect(accepted).toBeGreaterThan(0)
  })

  it('gives the verdict that jose gives on claims too', async () => {
    const key = makeKey('ES256')
    const jwks = { keys: [key.publicJwk] }
    const verifier = createVerifier({ issuer, audience, jwks, clockToleranceSeconds: 0 })
    const getKey = createLocalJWKSet(jwks as never)
    const seconds = fc.integer({ min: -100_000, max: 100_000 }).filter((offset) => Math.abs(offset) > 5)
    const claims = fc.record(
      {
        exp: seconds.map((offset) => Math.floor(Date.now() / 1000) + offset),
        nbf: seconds.map((offset) => Math.floor(Date.now() / 1000) + offset),
        aud: fc.constantFrom(audience, [audience], ['x', audience], 'x', [], `${audience}/`),
        iss: fc.constantFrom(issuer, `${issuer}/`, issuer.toUpperCase()),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(claims, async (changes) => {
        const token = await mint(key, goodClaims(changes))
        const theirs = await jwtVerify(token, getKey, { issuer, audience, requiredClaims: ['exp', 'aud', 'iss'] }).then(
          ({ payload }) => payload,
          () => undefined,
        )
        expect(await claimsOf(verifier, token)).toEqual(theirs)
      }),
      { numRuns: 300 },
    )
  })
})
