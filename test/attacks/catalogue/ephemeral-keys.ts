import { generateKeyPairSync } from 'node:crypto'
import type { AccessTokenErrorCode } from '@sallyport/core'
import type { Attack } from '../attack.ts'
import { segment, withHeader } from '../world/compact.ts'
import { encryptFor } from '../world/encryption.ts'
import { encryptAfter } from '../world/key-agreement.ts'

const coordinate = (byte: number) => segment(Buffer.alloc(32, byte))

const ephemeralKeys: readonly (readonly [name: string, code: AccessTokenErrorCode, epk: () => unknown])[] = [
  [
    'a point that is not on the curve',
    'decryption_failed',
    () => ({ kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(1) }),
  ],
  [
    'the point at the origin',
    'decryption_failed',
    () => ({ kty: 'EC', crv: 'P-256', x: coordinate(0), y: coordinate(0) }),
  ],
  [
    'coordinates beyond the field',
    'decryption_failed',
    () => ({ kty: 'EC', crv: 'P-256', x: coordinate(255), y: coordinate(255) }),
  ],
  [
    'a point of another curve',
    'decryption_failed',
    () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' }),
  ],
  [
    'a point of a Koblitz curve',
    'algorithm_refused',
    () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' }),
  ],
  [
    'a short coordinate',
    'token_malformed',
    () => ({ kty: 'EC', crv: 'P-256', x: segment(Buffer.alloc(31, 1)), y: coordinate(1) }),
  ],
  [
    'a private key',
    'token_malformed',
    () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  ],
  ['an RSA key', 'algorithm_refused', () => ({ kty: 'RSA', n: 'AQAB', e: 'AQAB' })],
  ['the name of a curve alone', 'token_malformed', () => ({ crv: 'P-256' })],
  [
    'a curve named __proto__',
    'algorithm_refused',
    () => ({ kty: 'EC', crv: '__proto__', x: coordinate(1), y: coordinate(1) }),
  ],
  ['a text', 'token_malformed', () => 'P-256'],
  ['nothing', 'token_malformed', () => undefined],
]

/** Points of X25519 of small order: whatever is multiplied by them is zero (RFC 7748 §6.1). */
const smallOrder = [
  ['0', '00'.repeat(32)],
  ['1', `01${'00'.repeat(31)}`],
  ['of order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
  ['minus 1', `ec${'ff'.repeat(30)}7f`],
] as const

/**
 * A point of order 2, on a curve with another b, which formulas for P-256 do not notice: an odd number of times it is
 * itself.
 */
const pointOfOrder2 = { kty: 'EC', crv: 'P-256', x: coordinate(2), y: coordinate(0) }

/** Whole tokens, not only headers: where the bad point is not noticed, they open. */
const forgedAgreements: readonly Attack[] = [
  {
    name: 'a token that is encrypted with a point of order 2 (invalid curve)',
    attacker:
      'Knows the agreed secret from the point alone, and learns a bit of the private key from whether the token opens.',
    source: 'RFC 8725 §3.4, CVE-2017-16007, CVE-2017-12974',
    proves: ['JWE-5'],
    api: 'encrypted',
    expected: [401, 'decryption_failed'],
    token: ({ token }) => encryptAfter('ECDH-ES', { epk: pointOfOrder2, secret: Buffer.alloc(32, 2) }, token()),
  },
  ...smallOrder.map(([name, x]): Attack => ({
    name: `a token that is encrypted with the X25519 point ${name} and a secret of zeros`,
    attacker: 'Makes the agreed secret all zeros, whatever the private key is.',
    source: 'RFC 7748 §6.1, RFC 8037 §5',
    proves: ['JWE-5'],
    api: 'encrypted',
    expected: [401, 'decryption_failed'],
    token: ({ token }) => {
      const epk = { kty: 'OKP', crv: 'X25519', x: segment(Buffer.from(x, 'hex')) }
      return encryptAfter('ECDH-ES+A256KW', { epk, secret: Buffer.alloc(32) }, token())
    },
  })),
]

/** Keys for the agreement that the attacker chose badly on purpose. */
export const ephemeralKeyAttacks: readonly Attack[] = [
  ...forgedAgreements,
  ...ephemeralKeys.map(([name, code, epk]): Attack => ({
    name: `an epk that is ${name}`,
    attacker: 'Learns something about the private key from what is computed with a point that it chose.',
    source: 'RFC 8725 §3.4, CVE-2017-16007 (invalid curve)',
    proves: ['JWE-5'],
    api: 'encrypted',
    expected: [401, code],
    token: async ({ token }) => withHeader(await encryptFor('ECDH-ES', token()), { epk: epk() }),
  })),
  ...(['apu', 'apv'] as const).map((name): Attack => ({
    name: `an ${name} of 513 bytes`,
    attacker: 'Has the key derivation hash what it likes, for as long as it likes.',
    source: 'RFC 7518 §4.6.1',
    proves: ['JWE-5'],
    api: 'encrypted',
    expected: [401, 'token_malformed'],
    token: async ({ token }) =>
      withHeader(await encryptFor('ECDH-ES', token()), { [name]: segment(Buffer.alloc(513)) }),
  })),
]
