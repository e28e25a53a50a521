import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { DecryptionKeyInput } from '@sallyport/core'
import { deriveBytes } from './derive.ts'
import { deriveEcKey, deriveOkpKey, ellipticCurves } from './elliptic.ts'
import { deriveRsaKey } from './rsa.ts'

/** A key that an API decrypts with, as the one who encrypts sees it, and as the API is given it. */
export interface Recipient {
  readonly kid: string | undefined
  /** The `alg` values that it decrypts. */
  readonly algorithms: readonly string[]
  /** The only `enc` that it is for, if any. */
  readonly enc: string | undefined
  readonly privateKey: KeyObject
  /** `undefined` for a secret. */
  readonly publicKey: KeyObject | undefined
  /** As `decryption.keys` takes it. */
  readonly input: DecryptionKeyInput
}

const ecdhAlgorithms = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW']
const rsaAlgorithms = ['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512']

function secret(alg: string, length: number, kid: string | undefined, enc?: string): Recipient {
  const bytes = deriveBytes(`recipient ${alg} ${kid} ${enc}`, length)
  const jwk = { kty: 'oct', k: bytes.toString('base64url'), alg: enc ?? alg, ...(kid === undefined ? {} : { kid }) }
  return { kid, algorithms: [alg], enc, privateKey: createSecretKey(bytes), publicKey: undefined, input: jwk }
}

function pair(privateKey: KeyObject, kid: string, algorithms: readonly string[], alg?: string): Recipient {
  const jwk: JsonWebKey = { ...privateKey.export({ format: 'jwk' }), kid, ...(alg === undefined ? {} : { alg }) }
  const publicKey = createPublicKey(privateKey)
  return { kid, algorithms, enc: undefined, privateKey, publicKey, input: jwk as DecryptionKeyInput }
}

/** Shared secrets; without public keys among them, claims may be encrypted only (JWE-7). */
export const secretRecipients: readonly Recipient[] = [
  secret('dir', 32, 'dir-a256gcm', 'A256GCM'),
  secret('dir', 32, 'dir-a128cbc', 'A128CBC-HS256'),
  secret('dir', 16, undefined, 'A128GCM'),
  secret('A128KW', 16, 'a128kw-0'),
  secret('A192KW', 24, 'a192kw'),
  secret('A256KW', 32, 'a256kw'),
  secret('A256KW', 32, undefined),
  secret('A128GCMKW', 16, 'a128gcmkw'),
  secret('A192GCMKW', 24, 'a192gcmkw'),
  secret('A256GCMKW', 32, 'a256gcmkw'),
  // JWE-11: more keys for one algorithm than may be tried.
  ...[1, 2, 3, 4, 5].map((index) => secret('A128KW', 16, `a128kw-${index}`)),
]

/** Key pairs: everybody can encrypt for them. */
export const pairRecipients: readonly Recipient[] = [
  pair(deriveRsaKey('recipient rsa', 2048), 'rsa', rsaAlgorithms),
  // JWE-12: long enough to leave the main thread.
  pair(deriveRsaKey('recipient rsa 3072', 3072), 'rsa-3072', ['RSA-OAEP-256'], 'RSA-OAEP-256'),
  pair(deriveEcKey('recipient p256', ellipticCurves['P-256']), 'p256', ecdhAlgorithms),
  pair(deriveEcKey('recipient p384', ellipticCurves['P-384']), 'p384', ecdhAlgorithms),
  pair(deriveEcKey('recipient p521', ellipticCurves['P-521']), 'p521', ecdhAlgorithms),
  pair(deriveOkpKey('recipient x25519', 'x25519'), 'x25519', ecdhAlgorithms),
  pair(deriveOkpKey('recipient x25519 2', 'x25519'), 'x25519-2', ['ECDH-ES+A256KW'], 'ECDH-ES+A256KW'),
]

/** Every key that some verifier decrypts with. */
export const recipients: readonly Recipient[] = [...secretRecipients, ...pairRecipients]
