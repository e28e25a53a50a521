import { createPublicKey, createSecretKey, KeyObject } from 'node:crypto'
import { ConfigurationError, Described } from '../configuration-error.ts'
import { findSignatureAlgorithm, type SecretAlgorithm } from '../jws/index.ts'

/**
 * Imports a shared secret for HMAC (RFC 7518 §3.2).
 *
 * What looks like a public key is refused: an attacker knows it too, and would sign with it (JOSE-5).
 *
 * @throws ConfigurationError which never shows the secret
 */
export function importSecret(secret: unknown, algorithm: SecretAlgorithm, option: string): KeyObject {
  const takes = `a secret of at least ${secretBytes(algorithm)} bytes for ${algorithm}`
  const refuse = (got: string) => new ConfigurationError(option, new Described(got), takes)
  if (secret instanceof KeyObject) {
    if (secret.type !== 'secret') throw refuse(`a ${secret.type} key`)
    return importSecret(secret.export(), algorithm, option)
  }
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) throw refuse(kindOf(secret))
  const bytes = Buffer.from(secret as string)
  if (isKeyMaterial(bytes)) throw refuse('the material of an asymmetric key')
  if (bytes.length < secretBytes(algorithm)) throw refuse(`a secret of ${bytes.length} bytes`)
  return createSecretKey(bytes)
}

function secretBytes(algorithm: SecretAlgorithm): number {
  return (findSignatureAlgorithm(algorithm)?.secretBits ?? 0) / 8
}

function kindOf(value: unknown): string {
  return value === undefined || value === null ? String(value) : `a value of type ${typeof value}`
}

/** PEM, DER or JWK of a public or private key, also after white space or a byte order mark. */
function isKeyMaterial(bytes: Buffer): boolean {
  const text = bytes.toString('utf8')
  if (text.includes('-----BEGIN ')) return true
  return isJwk(text) || isDer(bytes) || isDer(Buffer.from(text.replace(/[\s\ufeff]/g, ''), 'base64'))
}

function isJwk(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text.replace(/^[\s\ufeff]+/, ''))
    return typeof value === 'object' && value !== null && ('kty' in value || 'keys' in value)
  } catch {
    return false
  }
}

function isDer(bytes: Buffer): boolean {
  // All forms of a key in DER are a SEQUENCE.
  if (bytes[0] !== 0x30) return false
  return (['spki', 'pkcs1'] as const).some((type) => {
    try {
      createPublicKey({ key: bytes, format: 'der', type })
      return true
    } catch {
      return false
    }
  })
}
