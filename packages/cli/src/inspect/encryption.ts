import type { JsonObject } from '../token/index.ts'
import { contentEncryption, keyManagementWords } from './algorithms.ts'
import { mediaType } from './header.ts'
import { type Finding, note, problem, warning } from './inspection.ts'

/** The parts of a JWE after its header (RFC 7516 §7.1). */
export interface EncryptedParts {
  readonly encryptedKey: Buffer
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

/** What is wrong with a JWE, as far as can be told without its key. */
export function findInEncryption(header: JsonObject, parts: EncryptedParts): readonly Finding[] {
  const { alg, enc, cty, epk } = header
  const management = typeof alg === 'string' ? keyManagementWords(alg) : undefined
  const findings: Finding[] = management?.finding === undefined ? [] : [management.finding]
  if (Object.hasOwn(header, 'zip')) {
    const message = 'It is compressed before it is encrypted (zip): its length tells about its content.'
    findings.push(problem('zip', message, 'Do not compress; a small token could also become a huge one.'))
  }
  const content = typeof enc === 'string' ? contentEncryption.get(enc) : undefined
  if (content === undefined) {
    findings.push(problem('enc_unknown', 'Its header has no enc that Sallyport knows.'))
  } else {
    findings.push(...findLength('initialization vector', parts.iv, content.iv, enc))
    findings.push(...findLength('authentication tag', parts.tag, content.tag, enc))
  }
  if (parts.ciphertext.length === 0)
    findings.push(problem('ciphertext_missing', 'It has no content: the ciphertext is empty.'))
  findings.push(...findInEncryptedKey(alg, parts.encryptedKey))
  if (typeof epk === 'object' && epk !== null && 'd' in epk) {
    findings.push(warning('epk_private', 'Its epk has the private half too (d): everybody can decrypt it.'))
  }
  if (typeof alg === 'string' && alg.startsWith('ECDH-ES') && epk === undefined) {
    findings.push(problem('epk_missing', 'It has no epk, without which no key can be agreed on.'))
  }
  const type = mediaType(cty)
  if (cty === undefined) {
    findings.push(
      note(
        'cty_missing',
        'It does not say what is inside (cty JWT, RFC 7519 §5.2).',
        'With profile rfc9068 Sallyport refuses it.',
      ),
    )
  } else if (type !== 'jwt' && type !== 'at+jwt') {
    findings.push(problem('cty_refused', 'What is inside is no JWT by its cty.'))
  }
  return findings
}

function findLength(what: string, bytes: Buffer, expected: number, enc: unknown): readonly Finding[] {
  if (bytes.length === expected) return []
  return [problem('length_wrong', `Its ${what} has ${bytes.length} bytes; ${String(enc)} has ${expected}.`)]
}

function findInEncryptedKey(alg: unknown, encryptedKey: Buffer): readonly Finding[] {
  const isDirect = alg === 'dir' || alg === 'ECDH-ES'
  if (isDirect && encryptedKey.length > 0) {
    return [problem('encrypted_key_unexpected', `It has an encrypted key, and ${alg} has none.`)]
  }
  return isDirect || encryptedKey.length > 0 ? [] : [problem('encrypted_key_missing', 'It has no encrypted key.')]
}
