import { randomBytes } from 'node:crypto'
import { andThen, type Awaitable, isPromise } from '../awaitable.ts'
import type { JoseHeader } from '../compact/index.ts'
import { AccessTokenError } from '../error.ts'
import { malformed, readBytes } from './bytes.ts'
import type { ContentEncryptionEntry, EncryptedContent } from './content-encryption-entry.ts'
import type { AcceptedAlgorithm, Decryption, DecryptionKey } from './decryption.ts'
import type { KeyManagementEntry, WrappedKey } from './key-management-entry.ts'

/** JWE-11: the most keys that one token may make us try. */
const maxKeysTried = 4

/** A JWE whose algorithms are accepted and whose form is right. */
interface Jwe {
  readonly encryption: ContentEncryptionEntry
  readonly wrappedKey: WrappedKey<unknown>
  readonly content: EncryptedContent
}

/**
 * Door one: decrypts a JWE in compact serialization (RFC 7516 §5.2).
 *
 * Synchronous, unless keys have to be waited for, or the key operation has to leave the main thread (RSA over 2048 bits, P-384, P-521): then a
 * promise, which rejects with what else is thrown.
 *
 * @param header the first segment, parsed
 * @param segments all five
 * @returns the plaintext, authentic, but of unknown content
 * @throws AccessTokenError `algorithm_refused`, `token_malformed`, `decryption_failed`, `verifier_overloaded`,
 *   `keys_unavailable`
 */
export function decryptJwe(decryption: Decryption, header: JoseHeader, segments: readonly string[]): Awaitable<Buffer> {
  return andThen(decryption.algorithms(), (algorithms) => decryptBy(algorithms, decryption, header, segments))
}

function decryptBy(
  algorithms: ReadonlyMap<string, AcceptedAlgorithm>,
  { contentEncryption }: Decryption,
  header: JoseHeader,
  segments: readonly string[],
): Awaitable<Buffer> {
  const { alg, kid, members } = header
  const accepted = algorithms.get(alg)
  if (accepted === undefined) throw refused('no decryption key is for the alg', alg)
  // JWE-2. Compression before encryption tells about the content, and a small token could become a large one.
  if (Object.hasOwn(members, 'zip')) throw refused('zip is refused')
  const { enc } = members
  if (typeof enc !== 'string') throw malformed('enc is not a string')
  const encryption = contentEncryption.get(enc)
  if (encryption === undefined) throw refused('the enc is not accepted', enc)

  const jwe = readJwe(accepted.entry, enc, encryption, header, segments)
  return decryptWith(suitableKeys(accepted.keys, kid, jwe.wrappedKey), jwe)
}

/** JWE-3, JWE-4: all that can be wrong with the form, whatever the key. */
function readJwe(
  entry: KeyManagementEntry,
  enc: string,
  encryption: ContentEncryptionEntry,
  { members }: JoseHeader,
  segments: readonly string[],
): Jwe {
  const [protectedHeader = '', encryptedKeySegment, ivSegment, ciphertextSegment, tagSegment] = segments
  const { keyLength, ivLength, tagLength, blockLength } = encryption
  const encryptedKeyLength = entry.encryptedKeyLength(keyLength)
  const encryptedKey = readBytes(encryptedKeySegment, 'the encrypted key', encryptedKeyLength)
  if (encryptedKeyLength === undefined && encryptedKey.length === 0) throw malformed('the encrypted key is missing')
  const iv = readBytes(ivSegment, 'the initialization vector', ivLength)
  const ciphertext = readBytes(ciphertextSegment, 'the ciphertext')
  if (ciphertext.length === 0 || ciphertext.length % blockLength !== 0) throw malformed('the ciphertext is incomplete')
  const tag = readBytes(tagSegment, 'the authentication tag', tagLength)
  const parameters = entry.readParameters(members)
  return {
    encryption,
    wrappedKey: { enc, contentKeyLength: keyLength, encryptedKey, parameters },
    content: { iv, ciphertext, tag, additionalData: Buffer.from(protectedHeader, 'latin1') },
  }
}

/** JWE-11, JOSE-8: a token that names a key is tried with no other key that has a name. */
function suitableKeys(
  keys: readonly DecryptionKey[],
  kid: string | undefined,
  wrappedKey: WrappedKey<unknown>,
): readonly DecryptionKey[] {
  const suitable = keys.filter(
    (key) =>
      (kid === undefined || key.kid === undefined || key.kid === kid) &&
      (key.enc === undefined || key.enc === wrappedKey.enc) &&
      key.suits(wrappedKey),
  )
  return suitable.length > maxKeysTried ? suitable.slice(0, maxKeysTried) : suitable
}

function decryptWith(keys: readonly DecryptionKey[], jwe: Jwe): Awaitable<Buffer> {
  for (const [index, key] of keys.entries()) {
    const contentKey = unwrapContentKey(key, jwe)
    if (isPromise(contentKey)) {
      return contentKey.then((given) => decryptContent(given, jwe) ?? decryptWith(keys.slice(index + 1), jwe))
    }
    const plaintext = decryptContent(contentKey, jwe)
    if (plaintext !== undefined) return plaintext
  }
  // JWE-6: one answer, whatever failed, with whichever key, or that there was none.
  throw new AccessTokenError('decryption_failed')
}

/** A wrong encrypted key gives a random key, so that its decryption fails where that of a right one would (JWE-6). */
function unwrapContentKey(key: DecryptionKey, { wrappedKey }: Jwe): Awaitable<Buffer> {
  const { contentKeyLength } = wrappedKey
  const orRandom = (given: Buffer | undefined) =>
    given?.length === contentKeyLength ? given : randomBytes(contentKeyLength)
  const failed = (error: unknown) => {
    if (error instanceof AccessTokenError) throw error
    return orRandom(undefined)
  }
  try {
    const given = key.unwrap(wrappedKey)
    return isPromise(given) ? given.then(orRandom, failed) : orRandom(given)
  } catch (error) {
    return failed(error)
  }
}

function decryptContent(contentKey: Buffer, { encryption, content }: Jwe): Buffer | undefined {
  try {
    return encryption.decrypt(contentKey, content)
  } catch {
    return undefined
  }
}

function refused(reason: string, received?: string): AccessTokenError {
  return new AccessTokenError('algorithm_refused', { reason, received })
}
