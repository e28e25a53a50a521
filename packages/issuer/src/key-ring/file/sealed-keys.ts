import { createHmac } from 'node:crypto'
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose'
import { IssuerConfigurationError, kindOf } from '../../configuration-error.ts'
import { KeyStorageError } from '../key-storage.ts'

/** A secret that key files are encrypted with: 32 bytes, as they are or as base64url. */
export type KeyFileSecret = Uint8Array | string

/** Encrypts and decrypts the content of key files. Secrets are in closures only. */
export interface Seal {
  seal(content: string): Promise<string>
  /** @throws KeyStorageError `storage_corrupted`, `storage_secret_wrong` */
  open(sealed: string, path: string): Promise<string>
}

const secretBytes = 32

/**
 * @param given the first encrypts, all decrypt
 * @throws IssuerConfigurationError
 */
export function createSeal(given: unknown): Seal {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  const secrets = list.map((secret, index) => readSecret(secret, Array.isArray(given) ? `secret[${index}]` : 'secret'))
  const byId = new Map(secrets.map((secret) => [idOf(secret), secret]))
  const [first] = secrets
  if (first === undefined) throw new IssuerConfigurationError('secret', kindOf(given), takes)
  const header = { alg: 'dir', enc: 'A256GCM', typ: 'sallyport-keys', kid: idOf(first) }
  return {
    seal: (content) => new CompactEncrypt(Buffer.from(content, 'utf8')).setProtectedHeader(header).encrypt(first),
    open: async (sealed, path) => {
      const secret = byId.get(keyIdOf(sealed, path))
      if (secret === undefined) {
        throw new KeyStorageError('storage_secret_wrong', `${path} is encrypted with another secret`)
      }
      try {
        const options = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] }
        const { plaintext } = await compactDecrypt(sealed, secret, options)
        return Buffer.from(plaintext).toString('utf8')
      } catch {
        throw corrupted(path)
      }
    },
  }
}

export function corrupted(path: string): KeyStorageError {
  return new KeyStorageError('storage_corrupted', `${path} is not what was written there`)
}

function keyIdOf(sealed: string, path: string): string {
  try {
    const { typ, kid } = decodeProtectedHeader(sealed)
    if (typ === 'sallyport-keys' && typeof kid === 'string') return kid
  } catch {
    // It is said below.
  }
  throw corrupted(path)
}

const takes = '32 random bytes, as they are or as base64url: randomBytes(32)'

function readSecret(secret: unknown, option: string): Uint8Array {
  const isText = typeof secret === 'string' && /^[\w-]{43}$/.test(secret)
  const bytes = isText ? Buffer.from(secret, 'base64url') : secret
  // A copy, which nobody else can change.
  if (bytes instanceof Uint8Array && bytes.length === secretBytes && new Set(bytes).size > 8) return Buffer.from(bytes)
  throw new IssuerConfigurationError(option, kindOf(secret), takes)
}

/** Tells which secret it was, and nothing of it: so that a wrong secret is not taken for a damaged file. */
function idOf(secret: Uint8Array): string {
  return createHmac('sha256', secret).update('sallyport key file').digest('base64url').slice(0, 22)
}
