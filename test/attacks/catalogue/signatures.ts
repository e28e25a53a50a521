import { constants, createHash, createPublicKey, privateEncrypt, sign } from 'node:crypto'
import type { Attack } from '../attack.ts'
import { compact, segment, segmentsOf } from '../world/compact.ts'
import { forgeWithExponent3, pkcs1Block } from '../world/rsa-forgery.ts'
import { neutralSignature } from '../world/small-order.ts'
import { signPss, type Signer } from '../world/signers.ts'
import type { World } from '../world/world.ts'

/** Orders of the groups: a signature's r and s lie between 0 and these (FIPS 186-5 §6, RFC 8032 §5.1.7). */
const orders = {
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ES384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ES512:
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  EdDSA: 2n ** 252n + 27742317777372353535851937790883648493n,
} as const

const halfLength = { ES256: 32, ES384: 48, ES512: 66 } as const

function bigEndian(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex')
}

/** A token of the issuer's key with any signature at all. */
const signedBy = (signer: Signer, world: World, makeSignature: (input: string) => Buffer) =>
  compact({ alg: signer.alg, typ: 'at+jwt', kid: signer.kid }, world.claims({ sub: 'admin' }), makeSignature)

const psychic = (['ES256', 'ES384', 'ES512'] as const).flatMap((alg) => {
  const n = orders[alg]
  const pairs: readonly (readonly [name: string, r: bigint, s: bigint])[] = [
    ['r = 0 and s = 0', 0n, 0n],
    ['r = n and s = n', n, n],
    ['r = 0 and s = 1', 0n, 1n],
    ['r = 1 and s = 0', 1n, 0n],
    ['r = n and s = 1', n, 1n],
  ]
  return pairs.map(([name, r, s]): Attack => ({
    name: `an ${alg} signature with ${name}`,
    attacker: 'Sends numbers for which the equation holds whatever was signed, if nobody checks their range.',
    source: 'CVE-2022-21449 (psychic signatures), FIPS 186-5 §6.4.2',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: (world) => {
      const signer = { ES256: world.keys.ec, ES384: world.keys.ec384, ES512: world.keys.ec521 }[alg]
      const length = halfLength[alg]
      return signedBy(signer, world, () => Buffer.concat([bigEndian(r, length), bigEndian(s, length)]))
    },
  }))
})

const ecdsaForms: readonly (readonly [
  name: string,
  change: (signature: Buffer, world: World, input: string) => Buffer,
])[] = [
  ['in DER', (_, { keys }, input) => sign('sha256', Buffer.from(input), keys.ec.privateKey)],
  ['with a zero byte before it', (signature) => Buffer.concat([Buffer.of(0), signature])],
  ['with a zero byte after it', (signature) => Buffer.concat([signature, Buffer.of(0)])],
  ['without its last byte', (signature) => signature.subarray(0, 63)],
  ['of r alone', (signature) => signature.subarray(0, 32)],
  ['sent twice', (signature) => Buffer.concat([signature, signature])],
  ['with r and s exchanged', (signature) => Buffer.concat([signature.subarray(32), signature.subarray(0, 32)])],
  [
    'with 33 bytes each for r and s',
    (signature) => Buffer.concat([Buffer.of(0), signature.subarray(0, 32), Buffer.of(0), signature.subarray(32)]),
  ],
]

const rsaForms: readonly (readonly [name: string, make: (signer: Signer, input: string) => Buffer])[] = [
  ['the number 0', () => Buffer.alloc(256)],
  ['the number 1', () => Buffer.concat([Buffer.alloc(255), Buffer.of(1)])],
  ['the modulus', (signer) => Buffer.from(signer.publicJwk.n!, 'base64url')],
  ['a zero byte longer', (signer, input) => Buffer.concat([Buffer.of(0), signer.sign(input)])],
  ['a byte shorter', (signer, input) => signer.sign(input).subarray(1)],
  ['made with SHA-1', (signer, input) => sign('sha1', Buffer.from(input), signer.privateKey)],
  ['made with SHA-512', (signer, input) => sign('sha512', Buffer.from(input), signer.privateKey)],
  [
    'made of the bare hash, without naming it',
    (signer, input) => privateEncrypt(signer.privateKey, createHash('sha256').update(input).digest()),
  ],
  [
    'made with a hash name that lacks its NULL',
    (signer, input) =>
      privateEncrypt(
        signer.privateKey,
        Buffer.concat([
          Buffer.from('302f300b0609608648016503040201', 'hex'),
          Buffer.from('0420', 'hex'),
          createHash('sha256').update(input).digest(),
        ]),
      ),
  ],
  [
    'with padding of type 2',
    (signer, input) => {
      const block = pkcs1Block(input, 256)
      block[1] = 2
      return privateEncrypt({ key: signer.privateKey, padding: constants.RSA_NO_PADDING }, block)
    },
  ],
]

/** Signatures that nobody made, or in forms that only look like them. */
export const signatures: readonly Attack[] = [
  {
    name: 'claims changed after signing',
    attacker: 'Changes sub and keeps the signature.',
    source: 'RFC 7515 §5.2',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: (world) => signedBy(world.keys.ec, world, () => world.keys.ec.sign('something else')),
  },
  {
    name: "a stranger's signature under the issuer's kid",
    attacker: 'Signs with a key of its own.',
    source: 'RFC 7515 §5.2',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: ({ token, keys }) => token({ key: keys.stranger, header: { kid: 'ec' } }),
  },
  ...psychic,
  ...ecdsaForms.map(([name, change]): Attack => ({
    name: `an ES256 signature ${name}`,
    attacker: 'Writes the signature in another form than RFC 7518 says.',
    source: 'RFC 7518 §3.4',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: (world) => signedBy(world.keys.ec, world, (input) => change(world.keys.ec.sign(input), world, input)),
  })),
  {
    name: 'an Ed25519 signature of zeros',
    attacker: 'Sends a neutral point and a zero.',
    source: 'RFC 8032 §5.1.7',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: (world) => signedBy(world.keys.ed, world, () => Buffer.alloc(64)),
  },
  {
    name: 'an Ed25519 signature of a point of small order',
    attacker: 'Sends R = the neutral point and S = 0, which verifies under keys of small order.',
    source: 'RFC 8032 §5.1.7, Chalkias et al. 2020 (Taming the many EdDSAs)',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: (world) => signedBy(world.keys.ed, world, () => neutralSignature),
  },
  {
    name: 'an Ed25519 signature whose S is larger by the order',
    attacker: 'Makes a second signature of a good one, without the key.',
    source: 'RFC 8032 §5.1.7 (S < L)',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: (world) =>
      signedBy(world.keys.ed, world, (input) => {
        const signature = world.keys.ed.sign(input)
        const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`)
        return Buffer.concat([signature.subarray(0, 32), bigEndian(s + orders.EdDSA, 32).reverse()])
      }),
  },
  ...rsaForms.map(([name, make]): Attack => ({
    name: `an RS256 signature that is ${name}`,
    attacker: 'Tries what careless RSA verification lets pass.',
    source: 'RFC 8017 §8.2.2, RFC 7518 §3.3',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: (world) => signedBy(world.keys.rsa, world, (input) => make(world.keys.rsa, input)),
  })),
  {
    name: 'an RS256 signature forged by a cube root',
    attacker: 'Has an exponent of 3, puts the hash first and rubbish after it, and takes the cube root.',
    source: 'CVE-2006-4339 (Bleichenbacher 2006)',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: (world) => signedBy(world.keys.rsa3, world, (input) => forgeWithExponent3(input, 256)),
  },
  ...(
    [
      ['no salt', 0],
      ['a salt of 20 bytes', 20],
      ['the longest salt', constants.RSA_PSS_SALTLEN_MAX_SIGN],
    ] as const
  ).map(([name, saltLength]): Attack => ({
    name: `a PS256 signature with ${name}`,
    attacker: 'Uses a signing service that salts as it likes.',
    source: 'RFC 7518 §3.5',
    proves: ['JOSE-16'],
    expected: [401, 'signature_invalid'],
    token: (world) =>
      signedBy(world.keys.pss, world, (input) => signPss(world.keys.pss.privateKey, 'sha256', input, saltLength)),
  })),
  {
    name: 'a PS256 signature made with SHA-512',
    attacker: 'Uses another hash than alg says.',
    source: 'RFC 7518 §3.5',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: (world) =>
      signedBy(world.keys.pss, world, (input) => signPss(world.keys.pss.privateKey, 'sha512', input, 32)),
  },
  {
    name: "the signature of a key's own certificate request",
    attacker: "Takes a signature of the issuer's key over something else, which it got elsewhere.",
    source: 'RFC 8725 §2.8',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: (world) =>
      signedBy(world.keys.ec, world, () =>
        world.keys.ec.sign(createPublicKey(world.keys.ec.privateKey).export({ type: 'spki', format: 'pem' }) as string),
      ),
  },
]

/** What looks like forgery, and is a good signature. */
export const secondSignatures: readonly Attack[] = [
  {
    name: 'the second form (r, n-s) of a good ES256 signature',
    attacker:
      'Makes another good token text of a good one, without the key; whoever remembers tokens by text is fooled.',
    source: 'FIPS 186-5 §6.4.2; RFC 7518 §3.4 does not forbid it',
    proves: [],
    expected: [200],
    token: ({ token }) => {
      const good = token()
      return [good, mirrored(good)]
    },
  },
  {
    name: 'other claims under the second form of a good signature',
    attacker: 'Sends the second form first, so that it is remembered, then changes the claims under it.',
    source: 'RFC 7515 §5.2',
    proves: ['JOSE-13'],
    expected: [401, 'signature_invalid'],
    token: ({ token, claims }) => {
      const mirror = mirrored(token())
      const [header, , signature] = segmentsOf(mirror)
      return [mirror, [header, segment(claims({ sub: 'admin' })), signature].join('.')]
    },
  },
]

function mirrored(token: string): string {
  const [header, payload, signature] = token.split('.')
  const bytes = Buffer.from(signature!, 'base64url')
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const other = Buffer.concat([bytes.subarray(0, 32), bigEndian(orders.ES256 - s, 32)])
  return [header, payload, other.toString('base64url')].join('.')
}
