import { isDeepStrictEqual } from 'node:util'
import { andThen, type Awaitable } from './awaitable.ts'
import {
  type JoseHeader,
  type JsonObject,
  type JweSegments,
  parseClaims,
  parseHeader,
  splitToken,
} from './compact/index.ts'
import type { Configuration } from './configuration/index.ts'
import { AccessTokenError } from './error.ts'
import { type Decryption, decryptJwe } from './jwe/index.ts'
import { type KnownHeaders, type ReadToken, readSignedToken } from './signed-token.ts'

/**
 * Door one: decrypts a token and reads the signed token inside (RFC 7519 §7.2, RFC 7516 §5.2).
 *
 * @throws AccessTokenError `algorithm_refused`, `decryption_failed`, `not_signed`, `token_malformed`,
 *   `token_type_refused`, `claim_invalid`, `verifier_overloaded`, `keys_unavailable`
 */
export function openEncryptedToken(
  segments: JweSegments,
  { decryption, algorithms, claims: { profile } }: Configuration,
  headers: KnownHeaders,
): Awaitable<ReadToken> {
  if (decryption === undefined) {
    throw new AccessTokenError('algorithm_refused', {
      reason: 'the token is encrypted, and no decryption is configured',
    })
  }
  const header = parseHeader(segments[0])
  checkContentType(header, profile === 'interoperable' || decryption.acceptUnsigned)
  return andThen(decryptJwe(decryption, header, segments), (plaintext) => {
    const token = readPlaintext(plaintext, header, decryption, algorithms, headers)
    if (token.signed !== undefined && header.cty === undefined && profile === 'rfc9068')
      throw contentTypeRefused(header)
    checkReplicatedClaims(header.members, token.claims)
    return token
  })
}

/** JWE-8 (RFC 7519 §5.2); oidc-provider writes at+jwt. */
function checkContentType(header: JoseHeader, mayBeAbsent: boolean): void {
  const { cty } = header
  if (cty === undefined ? mayBeAbsent : cty === 'jwt' || cty === 'at+jwt') return
  throw contentTypeRefused(header)
}

function contentTypeRefused({ cty }: JoseHeader): AccessTokenError {
  const reason = cty === undefined ? 'cty is absent' : 'cty is not accepted'
  return new AccessTokenError('token_type_refused', { reason, expected: 'jwt at+jwt', received: cty })
}

function readPlaintext(
  plaintext: Buffer,
  header: JoseHeader,
  { acceptUnsigned }: Decryption,
  algorithms: ReadonlySet<string>,
  headers: KnownHeaders,
): ReadToken {
  const claims = startsAsJsonObject(plaintext) ? parseClaims(plaintext) : undefined
  if (claims !== undefined) {
    if (acceptUnsigned) return { header, claims, signed: undefined }
    throw new AccessTokenError('not_signed', { reason: 'the encrypted content is a bare claims set' })
  }
  const token = plaintext.toString('latin1')
  const segments = splitToken(token)
  // JWE-7: one layer of each, in this order, and no other.
  if (segments?.length !== 3)
    throw new AccessTokenError('token_malformed', { reason: 'the encrypted content is no JWS' })
  return readSignedToken(token, segments, algorithms, headers)
}

/** A JWS does not, and asking the parser costs a third of what the whole decryption does. */
function startsAsJsonObject(plaintext: Buffer): boolean {
  return '{ \t\r\n'.includes(String.fromCharCode(plaintext.at(0) ?? 0))
}

/** RFC 7519 §5.3: claims that the header repeats in the clear are those inside. */
function checkReplicatedClaims(members: JsonObject, claims: JsonObject): void {
  for (const name of ['iss', 'sub', 'aud']) {
    if (!Object.hasOwn(members, name) || isDeepStrictEqual(members[name], claims[name])) continue
    throw new AccessTokenError('claim_invalid', { reason: `${name} in the JWE header differs from the claim` })
  }
}
