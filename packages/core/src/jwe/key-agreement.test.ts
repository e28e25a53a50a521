import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createVerifier } from '../index.ts'
import { audience, codeOf, encrypt, issuer, makeKey, type Members, mint } from '../mint.test.support.ts'

const signer = makeKey('ES256')

const pairs = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  X25519: generateKeyPairSync('x25519'),
}
type Curve = keyof typeof pairs
const curves = Object.keys(pairs) as Curve[]

const verifierFor = (...names: Curve[]) =>
  createVerifier({
    issuer,
    audience,
    jwks: { keys: [signer.publicJwk] },
    decryption: { keys: names.map((name) => pairs[name].privateKey.export({ format: 'jwk' })) as never },
  })

const encryptFor = async (curve: Curve, alg: string) => encrypt(await mint(signer), pairs[curve].publicKey, { alg })

function changeHeader(token: string, change: (header: Members & { epk: Members }) => Members): string {
  const [header = '', ...rest] = token.split('.')
  const members = JSON.parse(Buffer.from(header, 'base64url').toString()) as Members & { epk: Members }
  return [Buffer.from(JSON.stringify(change(members))).toString('base64url'), ...rest].join('.')
}

/** The verdicts on a token whose ephemeral key is changed, by each form of ECDH-ES. */
async function verdictsOn(curve: Curve, change: (epk: Members) => unknown): Promise<string[]> {
  const verdicts = []
  for (const alg of ['ECDH-ES', 'ECDH-ES+A128KW']) {
    const token = changeHeader(await encryptFor(curve, alg), (header) => ({ ...header, epk: change(header.epk) }))
    verdicts.push(await codeOf(verifierFor(curve).verify(token)))
  }
  return verdicts
}

describe.each(curves)('the ephemeral key on %s', (curve) => {
  it('JWE-5: is public, whole, of the right type, and an object', async () => {
    expect(await verdictsOn(curve, (epk) => epk)).toEqual(['accepted', 'accepted'])
    const { d } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
    const wrong: ((epk: Members) => unknown)[] = [
      (epk) => ({ ...epk, d }),
      (epk) => ({ ...epk, d: null }),
      (epk) => ({ ...epk, kty: curve === 'X25519' ? 'EC' : 'OKP' }),
      (epk) => ({ ...epk, kty: undefined }),
      (epk) => ({ ...epk, x: undefined }),
      (epk) => ({ ...epk, x: 7 }),
      (epk) => ({ ...epk, x: `${String(epk['x'])}=` }),
      (epk) => ({ ...epk, x: `AA${String(epk['x'])}` }),
      (epk) => ({ ...epk, x: Buffer.from(String(epk['x']), 'base64url').subarray(1).toString('base64url') }),
      () => undefined,
      () => null,
      () => 'epk',
    ]
    if (curve !== 'X25519')
      wrong.push(
        (epk) => ({ ...epk, y: undefined }),
        (epk) => ({ ...epk, y: `AA${String(epk['y'])}` }),
      )
    for (const change of wrong) {
      expect(await verdictsOn(curve, change), String(change)).toEqual(['token_malformed', 'token_malformed'])
    }
  })

  it('JWE-5: is on the curve of the key, and on no other', async () => {
    for (const other of curves.filter((name) => name !== curve)) {
      const epk = pairs[other].publicKey.export({ format: 'jwk' })
      expect(await verdictsOn(curve, () => epk)).toEqual(['decryption_failed', 'decryption_failed'])
    }
    for (const crv of ['Ed25519', 'X448', 'secp256k1', 'p-256', '', 'constructor', undefined]) {
      expect(await verdictsOn(curve, (epk) => ({ ...epk, crv }))).toEqual(['algorithm_refused', 'algorithm_refused'])
    }
  })
})

describe.each(['P-256', 'P-384', 'P-521'] as const)('the ephemeral key on %s', (curve) => {
  const length = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }[curve]
  const coordinate = (value: number) => Buffer.from([...Buffer.alloc(length - 1), value]).toString('base64url')

  it('JWE-5: is a point of the curve', async () => {
    const refused = ['decryption_failed', 'decryption_failed']
    for (const point of [
      { x: coordinate(0), y: coordinate(0) },
      { x: coordinate(1), y: coordinate(1) },
      { x: coordinate(0), y: coordinate(5) },
      { x: Buffer.alloc(length, 0xff).toString('base64url'), y: coordinate(1) },
    ]) {
      expect(await verdictsOn(curve, (epk) => ({ ...epk, ...point }))).toEqual(refused)
    }
    expect(await verdictsOn(curve, (epk) => ({ ...epk, y: epk['x'] }))).toEqual(refused)
  })
})

describe('the ephemeral key on X25519', () => {
  /** RFC 7748 §6.1: points of small order, whose shared secret is all zeros. */
  const smallOrder = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    `ec${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
  ]

  it.each(smallOrder)('JWE-5: is not of small order, like %s', async (hex) => {
    for (const alg of ['ECDH-ES', 'ECDH-ES+A256KW']) {
      const token = changeHeader(await encryptFor('X25519', alg), (header) => ({
        ...header,
        epk: { ...header.epk, x: Buffer.from(hex, 'hex').toString('base64url') },
      }))
      expect(await codeOf(verifierFor('X25519').verify(token))).toBe('decryption_failed')
    }
  })
})

describe.each(['apu', 'apv'])('%s', (name) => {
  const verdictOn = async (value: unknown) => {
    const token = changeHeader(await encryptFor('P-256', 'ECDH-ES'), (header) => ({ ...header, [name]: value }))
    return codeOf(verifierFor('P-256').verify(token))
  }

  it('JWE-5: is at most 512 bytes, as canonical base64url', async () => {
    // Long enough, or short: it is part of what the key is derived from, so that decryption fails later.
    for (const length of [0, 1, 511, 512]) {
      expect(await verdictOn(Buffer.alloc(length).toString('base64url'))).toBe('decryption_failed')
    }
    for (const length of [513, 1000]) {
      expect(await verdictOn(Buffer.alloc(length).toString('base64url'))).toBe('token_malformed')
    }
    for (const value of [null, 7, [], 'AA==', 'A', 'A A', '+/+/'])
      expect(await verdictOn(value)).toBe('token_malformed')
  })
})

describe('keys on several curves', () => {
  it('JWE-5: are each tried with their own tokens', async () => {
    const verifier = verifierFor(...curves)
    for (const curve of curves) {
      for (const alg of ['ECDH-ES', 'ECDH-ES+A192KW']) {
        expect(await codeOf(verifier.verify(await encryptFor(curve, alg)))).toBe('accepted')
      }
    }
  })

  it('JWE-5, JWE-11: are tried with tokens of their own curve only, so that many others keep none from its turn', async () => {
    const many = ['P-256', 'P-384', 'P-521'].flatMap((namedCurve) =>
      [1, 2].map(() => generateKeyPairSync('ec', { namedCurve }).privateKey),
    )
    const verifier = createVerifier({
      issuer,
      audience,
      jwks: { keys: [signer.publicJwk] },
      decryption: { keys: [...many, pairs.X25519.privateKey].map((key) => ({ key, algorithm: 'ECDH-ES' })) },
    })
    expect(await codeOf(verifier.verify(await encryptFor('X25519', 'ECDH-ES')))).toBe('accepted')
  })
})
