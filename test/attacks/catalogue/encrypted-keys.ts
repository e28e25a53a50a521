import { publicEncrypt, randomBytes } from 'node:crypto'
import type { Attack } from '../attack.ts'
import { flipped, segment, segmentsOf, withHeader } from '../world/compact.ts'
import { decryptionKeys, directHeader, encryptDirectly, encryptFor } from '../world/encryption.ts'

/** What can be wrong with the wrapped key. */
export const encryptedKeys: readonly Attack[] = [
  {
    name: 'an RSA-encrypted key that holds nothing',
    attacker: 'Watches whether a wrong key and a wrong content are refused differently.',
    source: 'RFC 7516 §11.5 (Bleichenbacher 1998)',
    proves: ['JWE-6'],
    api: 'encrypted',
    expected: [401, 'decryption_failed'],
    token: async ({ token }) =>
      segmentsOf(await encryptFor('RSA-OAEP-256', token()))
        .with(1, segment(Buffer.alloc(256)))
        .join('.'),
  },
  {
    name: 'an RSA-encrypted key with a content key of 16 bytes',
    attacker: 'Encrypts a short key where a long one belongs.',
    source: 'RFC 7516 §5.2, step 13',
    proves: ['JWE-6'],
    api: 'encrypted',
    expected: [401, 'decryption_failed'],
    token: async ({ token }) => {
      const key = { key: decryptionKeys['RSA-OAEP-256'].publicKey, oaepHash: 'sha256' }
      return segmentsOf(await encryptFor('RSA-OAEP-256', token()))
        .with(1, segment(publicEncrypt(key, randomBytes(16))))
        .join('.')
    },
  },
  {
    name: 'an RSA-encrypted key of 128 bytes',
    attacker: 'Sends a number for another key size.',
    source: 'RFC 8017 §7.1.2',
    proves: ['JWE-6'],
    api: 'encrypted',
    expected: [401, 'decryption_failed'],
    token: async ({ token }) =>
      segmentsOf(await encryptFor('RSA-OAEP-256', token()))
        .with(1, segment(randomBytes(128)))
        .join('.'),
  },
  {
    name: 'no wrapped key where ECDH-ES wraps one',
    attacker: 'Leaves the wrapped key away, so that the agreed key might be used as it is.',
    source: 'RFC 7516 §5.2, step 10',
    proves: ['JWE-3'],
    api: 'encrypted',
    expected: [401, 'token_malformed'],
    token: async ({ token }) =>
      segmentsOf(await encryptFor('ECDH-ES+A256KW', token()))
        .with(1, '')
        .join('.'),
  },
  {
    name: 'a wrapped key that was changed',
    attacker: 'Changes the wrapped key.',
    source: 'RFC 3394 §2.2.3',
    proves: ['JWE-6'],
    api: 'encrypted',
    expected: [401, 'decryption_failed'],
    token: async ({ token }) => {
      const segments = segmentsOf(await encryptFor('ECDH-ES+A256KW', token()))
      return segments.with(1, flipped(segments[1]!)).join('.')
    },
  },
  {
    name: 'RSA1_5, of which decryption is an oracle',
    attacker: "Names the old padding for the API's RSA key.",
    source: 'RFC 8725 §3.2, RFC 7516 §11.5',
    proves: ['JWE-1'],
    api: 'encrypted',
    expected: [401, 'algorithm_refused'],
    token: async ({ token }) => withHeader(await encryptFor('RSA-OAEP-256', token()), { alg: 'RSA1_5' }),
  },
  {
    name: 'RSA-OAEP with SHA-1 for a key that is for SHA-256',
    attacker: 'Names a weaker algorithm for the same key.',
    source: 'RFC 8725 §3.1',
    proves: ['JWE-1'],
    api: 'encrypted',
    expected: [401, 'algorithm_refused'],
    token: async ({ token }) => withHeader(await encryptFor('RSA-OAEP-256', token()), { alg: 'RSA-OAEP' }),
  },
  {
    name: "dir with the API's public RSA key as the secret",
    attacker: 'Uses the modulus of a public key, which everybody has, as the shared secret.',
    source: 'RFC 8725 §2.1',
    proves: ['JWE-1'],
    api: 'encrypted',
    expected: [401, 'decryption_failed'],
    token: ({ token }) => {
      const { n } = decryptionKeys['RSA-OAEP-256'].publicKey.export({ format: 'jwk' })
      return encryptDirectly(
        token(),
        { ...directHeader, kid: 'RSA-OAEP-256' },
        Buffer.from(n!, 'base64url').subarray(0, 32),
      )
    },
  },
  {
    name: 'dir with a secret of zeros',
    attacker: 'Guesses that the secret was never set.',
    source: 'CWE-321',
    proves: ['JWE-6'],
    api: 'encrypted',
    expected: [401, 'decryption_failed'],
    token: ({ token }) => encryptDirectly(token(), directHeader, Buffer.alloc(32)),
  },
]
