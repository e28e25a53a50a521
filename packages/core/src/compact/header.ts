import { AccessTokenError } from '../error.ts'
import { decodeBase64Url } from './base64url.ts'
import { hasDuplicateMembers, type JsonObject, parseJsonObject } from './json.ts'

/** JOSE-3: that of 4,096 bytes, as 4 characters of base64url carry 3. Nothing longer is decoded at all. */
const maxHeaderLength = 5_462
const maxKeyIdLength = 512
/** DOS-1: members and elements, in objects and arrays in it too. */
const maxHeaderValues = 128

/** A JOSE header (RFC 7515 §4, RFC 7516 §4) whose form is checked; whether its values are accepted is not decided yet. */
export interface JoseHeader {
  readonly alg: string
  readonly kid: string | undefined
  /** Lower-cased and without `application/`, so that one spelling is left to compare (RFC 7515 §4.1.9). */
  readonly typ: string | undefined
  /** As `typ` (RFC 7515 §4.1.10). */
  readonly cty: string | undefined
  /** All members as parsed, for what only some algorithms have (`enc`, `epk`, `iv`, `tag`, ...). */
  readonly members: JsonObject
}

/**
 * Parses a header segment (JOSE-3, JOSE-7, JOSE-8).
 *
 * Members that name keys (`jwk`, `jku`, `x5u`, `x5c`, `x5t`) are not read by anything (RFC 8725 §3.10).
 *
 * @throws AccessTokenError `token_malformed`
 */
export function parseHeader(segment: string): JoseHeader {
  if (segment.length > maxHeaderLength) throw malformed('the header is over 4096 bytes')
  const bytes = decodeBase64Url(segment)
  if (bytes === undefined) throw malformed('the header is not canonical base64url')
  const members = parseJsonObject(bytes, maxHeaderValues)
  if (members === undefined) throw malformed('the header is not a JSON object, or too large a one')
  if (hasDuplicateMembers(bytes.toString('utf8'))) throw malformed('the header names a member twice')
  // RFC 7515 §4.1.11: Sallyport understands no extension, so any `crit` asks for what it cannot do.
  if ('crit' in members) throw malformed('the header has crit')
  if ('b64' in members && members['b64'] !== true) throw malformed('the header has b64 (RFC 7797)')
  const { alg, kid } = members
  if (typeof alg !== 'string') throw malformed('alg is not a string')
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKeyIdLength)) {
    throw malformed('kid is not a string of at most 512 characters')
  }
  return { alg, kid, typ: mediaType(members, 'typ'), cty: mediaType(members, 'cty'), members }
}

function mediaType(members: JsonObject, name: 'typ' | 'cty'): string | undefined {
  const value = members[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw malformed(`${name} is not a string`)
  return normalizeMediaType(value)
}

/** One spelling of a `typ` or `cty` value: lower case, `application/` left away (RFC 7515 §4.1.9). */
export function normalizeMediaType(value: string): string {
  const lower = value.toLowerCase()
  return lower.startsWith('application/') ? lower.slice('application/'.length) : lower
}

function malformed(reason: string): AccessTokenError {
  return new AccessTokenError('token_malformed', { reason })
}
