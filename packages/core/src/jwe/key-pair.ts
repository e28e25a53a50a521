import { constants, createECDH, createPublicKey, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto'
import { ConfigurationError, Described } from '../configuration-error.ts'
import { curveOf, curves } from './curves.ts'
import type { KeyType } from './key-management-entry.ts'

const minModulusBits = 2048
const maxModulusBits = 8192
const maxExponent = 2n ** 32n

/**
 * The type of a secret or private key.
 *
 * @throws ConfigurationError for types that no algorithm decrypts with
 */
export function keyTypeOf(key: KeyObject, option: string): KeyType {
  if (key.type === 'secret') return 'oct'
  if (key.asymmetricKeyType === 'rsa') return 'RSA'
  const curve = curveOf(key)
  if (curve !== undefined) return curves[curve].kty
  const got = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType
  const takes = `an RSA key, or a key on ${Object.keys(curves).join(', ')}`
  throw new ConfigurationError(option, new Described(`a key of type ${got}`), takes)
}

/**
 * Checks a private key's strength, and that its two halves belong together: what others encrypt with the public half,
 * it decrypts.
 *
 * @param given the members as configured, whose public part node:crypto may have passed over
 * @throws ConfigurationError
 */
export function checkKeyPair(key: KeyObject, option: string, given: Readonly<Record<string, unknown>> = {}): void {
  if (key.type === 'secret') return
  if (key.asymmetricKeyType === 'rsa') checkRsaKey(key, option)
  else if (!isPointOf(key, given)) {
    throw new ConfigurationError(option, new Described('a public half of another key'), 'a key pair')
  }
}

function checkRsaKey(key: KeyObject, option: string): void {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < minModulusBits || modulusLength > maxModulusBits) {
    const got = new Described(`an RSA key of ${modulusLength} bits`)
    throw new ConfigurationError(option, got, `an RSA key of ${minModulusBits} to ${maxModulusBits} bits`)
  }
  if (publicExponent < 3n || publicExponent > maxExponent || publicExponent % 2n === 0n) {
    const got = new Described('an RSA key with another public exponent')
    throw new ConfigurationError(option, got, 'an odd public exponent from 3 to 2^32')
  }
  if (!decryptsItsOwn(key)) {
    throw new ConfigurationError(option, new Described('a public half of another key'), 'a key pair')
  }
}

function decryptsItsOwn(key: KeyObject): boolean {
  const probe = Buffer.from('key pair')
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  try {
    return privateDecrypt({ key, padding }, publicEncrypt({ key: createPublicKey(key), padding }, probe)).equals(probe)
  } catch {
    return false
  }
}

/** Whether the public point, as node:crypto imported it and as it was given, is the one that the private key makes. */
function isPointOf(key: KeyObject, given: Readonly<Record<string, unknown>>): boolean {
  const { d = '', x = '', y } = key.export({ format: 'jwk' })
  if (given['x'] !== undefined && given['x'] !== x) return false
  const curve = curveOf(key)
  if (curve === undefined || curves[curve].kty === 'OKP') return true
  const ecdh = createECDH(curves[curve].nodeName)
  ecdh.setPrivateKey(d, 'base64url')
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y ?? '', 'base64url')])
  return ecdh.getPublicKey().equals(point)
}
