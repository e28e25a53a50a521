import { createPublicKey, verify } from 'node:crypto'
import { createVerifier, type Verifier } from '@sallyport/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from './catalogue/index.ts'
import { apis } from './targets/apis.ts'
import { codeOf } from './targets/verifier.ts'
import { compact, segmentsOf } from './world/compact.ts'
import { encryptDirectly, encryptFor, encryptWithCbc } from './world/encryption.ts'
import { agreeWith, encryptAfter } from './world/key-agreement.ts'
import { anyModulus } from './world/keys.ts'
import { forgeWithExponent1 } from './world/rsa-forgery.ts'
import { signPss } from './world/signers.ts'
import { neutralPoint, neutralSignature } from './world/small-order.ts'
import { createWorld, type World } from './world/world.ts'

// An attack that is badly made proves nothing: what attacks are made of has to work where it is used well, and forgeries
// have to fool whoever checks less.

let world: World
let standard: Verifier
let encrypted: Verifier
beforeAll(async () => {
  world = await createWorld()
  standard = createVerifier(apis.standard.options(world))
  encrypted = createVerifier(apis.encrypted.options(world))
})
afterAll(() => world.close())

describe('what attacks are made of', () => {
  it.each(['ec', 'rsa', 'ed', 'ec384', 'ec521', 'pss', 'rsa3', 'plain'] as const)(
    'is accepted when it is signed with the key %s as it should be',
    async (name) => {
      expect(await codeOf(standard.verify(world.token({ key: world.keys[name] })))).toBe('accepted')
    },
  )

  it('is accepted with a salt as long as the hash', async () => {
    const { pss } = world.keys
    const sign = (input: string) => signPss(pss.privateKey, 'sha256', input, 32)
    const token = compact({ alg: 'PS256', typ: 'at+jwt', kid: 'pss' }, world.claims(), sign)
    expect(await codeOf(standard.verify(token))).toBe('accepted')
  })

  it('is accepted when it is encrypted as it should be', async () => {
    const tokens = [
      encryptDirectly(world.token()),
      encryptWithCbc(world.token()),
      encryptAfter('ECDH-ES', agreeWith('ECDH-ES'), world.token()),
      encryptAfter('ECDH-ES+A256KW', agreeWith('ECDH-ES+A256KW'), world.token()),
      await encryptFor('RSA-OAEP-256', world.token()),
      await encryptFor('ECDH-ES', world.token()),
      await encryptFor('ECDH-ES+A256KW', world.token()),
    ]
    for (const token of tokens) expect(await codeOf(encrypted.verify(token))).toBe('accepted')
  })
})

describe('a forgery', () => {
  it('fools Node.js, where an RSA key has the exponent 1', () => {
    const key = createPublicKey({ format: 'jwk', key: { kty: 'RSA', n: anyModulus.toString('base64url'), e: 'AQ' } })
    expect(verify('sha256', Buffer.from('input'), key, forgeWithExponent1('input', 256))).toBe(true)
  })

  it('fools Node.js, where an Ed25519 key is the neutral point', () => {
    const key = createPublicKey({
      format: 'jwk',
      key: { kty: 'OKP', crv: 'Ed25519', x: neutralPoint.toString('base64url') },
    })
    expect(verify(null, Buffer.from('any'), key, neutralSignature)).toBe(true)
  })

  it('fools Node.js, where the salt of PS256 may have any length', () => {
    const { pss } = world.keys
    const key = createPublicKey(pss.privateKey)
    const signature = signPss(pss.privateKey, 'sha256', 'input', 0)
    expect(verify('sha256', Buffer.from('input'), { key, padding: 6 }, signature)).toBe(true)
  })

  it('is a good signature of the same token, when its s is the other one', async () => {
    const [good, mirrored] = await tokensNamed('the second form (r, n-s) of a good ES256 signature')
    expect(segmentsOf(mirrored!).slice(0, 2)).toEqual(segmentsOf(good!).slice(0, 2))
    expect(mirrored).not.toBe(good)
    expect(await codeOf(standard.verify(mirrored!))).toBe('accepted')
  })
})

describe('the catalogue', () => {
  const attacks = Object.values(catalogue).flat()

  it('names every attack once, and says what the attacker does and where it is known from', () => {
    const names = attacks.map(({ name }) => name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    for (const { attacker, source } of attacks) {
      expect(attacker).toMatch(/^[A-Z].+\.$/)
      expect(source).toMatch(/RFC \d|CVE-|CWE-|GHSA-|FIPS|NIST|W3C|OpenID|FAPI/)
    }
  })
})

async function tokensNamed(name: string): Promise<readonly string[]> {
  const attack = Object.values(catalogue)
    .flat()
    .find((one) => one.name === name)
  if (attack === undefined || !('token' in attack)) throw new Error(`no such attack: ${name}`)
  const tokens = await attack.token(world)
  return typeof tokens === 'string' ? [tokens] : tokens
}
