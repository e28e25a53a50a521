import { compactDecrypt, importJWK, type JWK } from 'jose'
import { usageFailure } from '../failure.ts'
import { isPrivate } from '../files/index.ts'

/** The most keys of a file that are tried. */
const maxKeys = 16

/**
 * Decrypts a JWE with a key of its recipient, to look inside.
 *
 * @returns the text inside; `undefined` where no key opens it
 */
export async function decryptToken(token: string, keys: readonly JWK[]): Promise<string | undefined> {
  if (!keys.some(isPrivate)) {
    throw usageFailure('--decrypt: the file has public keys only.', 'Only the private half of a key decrypts.')
  }
  for (const jwk of keys.slice(0, maxKeys)) {
    const text = await decryptWith(token, jwk)
    if (text !== undefined) return text
  }
  return undefined
}

async function decryptWith(token: string, jwk: JWK): Promise<string | undefined> {
  try {
    const alg = jwk.alg ?? algorithmOf(token)
    const { plaintext } = await compactDecrypt(token.replace(/\s+/g, ''), await importJWK(jwk, alg))
    return Buffer.from(plaintext).toString('utf8')
  } catch {
    // What does not fit and what was changed are the same to the one who looks.
    return undefined
  }
}

function algorithmOf(token: string): string | undefined {
  const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8'))
  const alg = typeof header === 'object' && header !== null && 'alg' in header ? header.alg : undefined
  return typeof alg === 'string' ? alg : undefined
}
