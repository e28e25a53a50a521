import { createDecipheriv } from 'node:crypto'
import type { AesBits } from './aes-key-wrap.ts'
import { readBytes } from './bytes.ts'
import type { KeyManagementEntry } from './key-management-entry.ts'

/** The header's `iv` and `tag` (RFC 7518 §4.7.1). */
export interface SealParameters {
  readonly iv: Buffer
  readonly tag: Buffer
}

const ivLength = 12
const tagLength = 16

/** Key wrapping with AES GCM (RFC 7518 §4.7). */
export function aesGcmKeyWrap(bits: AesBits): KeyManagementEntry<SealParameters> {
  const cipher = `aes-${bits}-gcm` as const
  return {
    keyTypes: ['oct'],
    secretLength: bits / 8,
    encryptedKeyLength: (contentKeyLength) => contentKeyLength,
    readParameters: ({ iv, tag }) => ({
      iv: readBytes(iv, 'iv in the header', ivLength),
      tag: readBytes(tag, 'tag in the header', tagLength),
    }),
    prepare: (key) => ({
      suits: () => true,
      unwrap: ({ encryptedKey, parameters: { iv, tag } }) => {
        const decipher = createDecipheriv(cipher, key, iv, { authTagLength: tagLength })
        decipher.setAuthTag(tag)
        const unwrapped = decipher.update(encryptedKey)
        decipher.final()
        return unwrapped
      },
    }),
  }
}
