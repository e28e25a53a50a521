import { LRUCache } from 'lru-cache'
import {
  decodeBase64Url,
  type JoseHeader,
  type JsonObject,
  type JwsSegments,
  parseClaims,
  parseHeader,
} from './compact/index.ts'
import { AccessTokenError } from './error.ts'
import type { Signed } from './jws/index.ts'

/** A token as it reads, before anything in it is believed. */
export interface ReadToken {
  readonly header: JoseHeader
  readonly claims: JsonObject
  /** `undefined` where the token was encrypted only. */
  readonly signed: SignedContent | undefined
}

/** What was signed, the signature, and the header as it came. */
export interface SignedContent extends Signed {
  readonly headerSegment: string
}

/**
 * Headers of tokens that passed: an issuer's tokens share theirs. Only what was verified is kept, so that no stranger
 * can fill it.
 */
export class KnownHeaders {
  #headers = new LRUCache<string, JoseHeader>({ max: 256 })
  /** With one issuer and one key, the only one: comparing is quicker than looking up. */
  #last: { readonly segment: string; readonly header: JoseHeader } | undefined

  parse(segment: string): JoseHeader {
    if (this.#last?.segment === segment) return this.#last.header
    return this.#headers.get(segment) ?? parseHeader(segment)
  }

  remember(segment: string, header: JoseHeader): void {
    if (segment.length > 1024 || this.#last?.header === header) return
    this.#last = { segment, header }
    this.#headers.set(segment, header)
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
  segments: JwsSegments,
  algorithms: ReadonlySet<string>,
  headers: KnownHeaders,
): ReadToken {
  const [headerSegment, payloadSegment, signatureSegment] = segments
  const header = headers.parse(headerSegment)
  if (!algorithms.has(header.alg)) {
    throw new AccessTokenError('algorithm_refused', { reason: 'no issuer uses this alg', received: header.alg })
  }
  const signature = decodeBase64Url(signatureSegment)
  if (signature === undefined) throw malformed('the signature is not canonical base64url')
  const payload = decodeBase64Url(payloadSegment)
  if (payload === undefined) throw malformed('the payload is not canonical base64url')
  const claims = parseClaims(payload)
  if (claims === undefined) throw malformed('the payload is not a JSON object, or too large a one')
  const input = token.slice(0, headerSegment.length + 1 + payloadSegment.length)
  return { header, claims, signed: { headerSegment, input, signature } }
}

function malformed(reason: string): AccessTokenError {
  return new AccessTokenError('token_malformed', { reason })
}
