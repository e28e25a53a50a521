import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { PresentedToken } from './opaque-token.ts'

/*
 * Only hashes of tokens are stored, and yet a client that repeats its request must get the same successor: the
 * successor is kept encrypted under a key that only the token before it gives.
 */

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** Encrypts the successor so that only the token that it replaces opens it. */
export function sealSuccessor(token: PresentedToken, successor: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, keyOf(token), nonce, { authTagLength: tagBytes })
  const sealed = Buffer.concat([nonce, cipher.update(successor, 'base64url'), cipher.final(), cipher.getAuthTag()])
  return sealed.toString('base64url')
}

/** The successor; `undefined` when the sealed text was damaged, or is another token's. */
export function openSuccessor(token: PresentedToken, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length <= nonceBytes + tagBytes) return undefined
  const decipher = createDecipheriv(algorithm, keyOf(token), bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    const plain = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]
    return Buffer.concat(plain).toString('base64url')
  } catch {
    return undefined
  }
}

function keyOf({ text, familyId }: PresentedToken): Uint8Array {
  const info = `sallyport refresh token successor ${familyId}`
  return new Uint8Array(hkdfSync('sha256', Buffer.from(text, 'base64url'), '', info, 32))
}
