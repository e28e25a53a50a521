import type { Situation } from '../situation.ts'
import { decode, parseObject } from './raw-jws.ts'
import { createRawContentDecryption } from './raw-content-decryption.ts'
import { createRawKeyUnwrapping } from './raw-key-unwrapping.ts'

/** Decryption by hand for exactly one key and one pair of algorithms; without encryption the token itself. */
export function createRawJwe({ encryption }: Situation): (token: string) => string {
  if (encryption === undefined) return (token) => token
  const { alg, enc } = encryption
  const unwrap = createRawKeyUnwrapping(encryption)
  const decrypt = createRawContentDecryption(enc)
  return (token) => {
    const segments = token.split('.')
    if (segments.length !== 5) throw new Error('form')
    const [headerSegment = '', encryptedKey = '', iv = '', ciphertext = '', tag = ''] = segments
    const header = parseObject(decode(headerSegment))
    if (header['alg'] !== alg || header['enc'] !== enc || 'zip' in header || 'crit' in header) throw new Error('alg')
    if (header['cty'] !== 'at+jwt') throw new Error('cty')
    const contentKey = unwrap(decode(encryptedKey), header)
    const plaintext = decrypt(contentKey, {
      iv: decode(iv),
      ciphertext: decode(ciphertext),
      tag: decode(tag),
      additionalData: Buffer.from(headerSegment, 'latin1'),
    })
    return plaintext.toString('latin1')
  }
}
