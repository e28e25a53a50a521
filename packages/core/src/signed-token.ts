import { LRUCache } from 'lru-cache'
import { decodeBase64Url, type JoseHeader, type JsonObject, parseHeader, parseJsonObject } from './compact/index.ts'
import { AccessTokenError } from './error.ts'

/** A token as it reads, before anything in it is believed. */
export interface ReadToken {
  readonly header: JoseHeader
  readonly claims: JsonObject
  /** `undefined` where the token was encrypted only. */
  readonly signed: SignedContent | undefined
}

/** What was signed, and the signature. */
export interface SignedContent {
  readonly headerSegment: string
  readonly input: Buffer
  readonly signature: Buffer
}

/**
 * Headers of tokens that passed: an issuer's tokens share theirs. Only what was verified is kept, so that no stranger
 * can fill it.
 */
export class KnownHeaders {
  #headers = new LRUCache<string, JoseHeader>({ max: 256 })

  parse(segment: string): JoseHeader {
    return this.#headers.get(segment) ?? parseHeader(segment)
  }

  remember(segment: string, header: JoseHeader): void {
    if (segment.length <= 1024 && !this.#headers.has(segment)) this.#headers.set(segment, header)
  }
}

/**
 * Reads a JWS in compact serialization (RFC 7515 §7.1).
 *
 * @param algorithms those that some issuer may use: any other is refused before a key is looked at (JOSE-4)
 * @throws AccessTokenError `token_malformed`, `algorithm_refused`
 */
export function readSignedToken(
  token: string,
  segments: readonly string[],
  algorithms: ReadonlySet<string>,
  headers: KnownHeaders,
): ReadToken {
  const [headerSegment = '', payloadSegment = '', signatureSegment = ''] = segments
  const header = headers.parse(headerSegment)
  if (!algorithms.has(header.alg)) {
    throw new AccessTokenError('algorithm_refused', { reason: 'no issuer uses this alg', received: header.alg })
  }
  const signature = decodeBase64Url(signatureSegment)
  if (signature === undefined) throw malformed('the signature is not canonical base64url')
  const payload = decodeBase64Url(payloadSegment)
  if (payload === undefined) throw malformed('the payload is not canonical base64url')
  const claims = parseJsonObject(payload)
  if (claims === undefined) throw malformed('the payload is not a JSON object')
  const input = Buffer.from(token.slice(0, headerSegment.length + 1 + payloadSegment.length), 'latin1')
  return { header, claims, signed: { headerSegment, input, signature } }
}

function malformed(reason: string): AccessTokenError {
  return new AccessTokenError('token_malformed', { reason })
}
