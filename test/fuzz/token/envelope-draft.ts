import { deriveBytes } from '../keys/derive.ts'
import type { Recipient } from '../keys/recipients.ts'
import { type Encoding, encodings } from './base64url.ts'
import { contentCiphers, type Enc } from './content-cipher.ts'
import type { JsonDraft } from './json-draft.ts'
import { type WrappedContentKey, wrapContentKey } from './key-wrapping.ts'

/** The encryption around a token that is about to be made. */
export interface EnvelopeDraft {
  /** With what the key management has in it. */
  header: JsonDraft
  recipient: Recipient
  /** How it is encrypted, whatever the header says. */
  alg: string
  enc: Enc
  apu: Buffer
  apv: Buffer
  wrapped: WrappedContentKey
  /** What is encrypted instead of the signed token. */
  content: ((signed: string) => Buffer) | undefined
  /** What stands in the second segment instead of the encrypted key. */
  encryptedKey: ((given: Buffer) => Buffer) | undefined
  readonly encoding: { header: Encoding; others: Encoding }
  /** Chooses keys and initialization vectors. */
  choice: number
}

/** Brings the content key anew, after something that it depends on was changed, and puts its parameters into the header. */
export function rewrap(draft: EnvelopeDraft): void {
  draft.wrapped = wrapContentKey(draft)
  for (const name of ['epk', 'apu', 'apv', 'iv', 'tag']) {
    const value = draft.wrapped.parameters[name]
    draft.header.set(name, value === undefined ? undefined : JSON.stringify(value))
  }
}

/** Compact serialization (RFC 7516 §7.1). */
export function writeEncrypted(draft: EnvelopeDraft, signed: string): string {
  const { header, wrapped, enc, encoding, choice } = draft
  const { ivLength, encrypt } = contentCiphers[enc]
  const protectedHeader = encodings[encoding.header](header.toBytes())
  const iv = deriveBytes(`iv ${choice}`, ivLength)
  const plaintext = draft.content?.(signed) ?? Buffer.from(signed)
  const { ciphertext, tag } = encrypt(wrapped.contentKey, iv, Buffer.from(protectedHeader), plaintext)
  const encryptedKey = draft.encryptedKey?.(wrapped.encryptedKey) ?? wrapped.encryptedKey
  const others = [encryptedKey, iv, ciphertext, tag].map((bytes) => encodings[encoding.others](bytes))
  return [protectedHeader, ...others].join('.')
}
