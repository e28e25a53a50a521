import type { AccessTokenErrorCode } from '@sallyport/core'
import type { Recipient } from '../keys/recipients.ts'
import type { Policy } from '../policy.ts'
import type { Header } from './proof.ts'
import { candidates } from './reference.ts'
import { decode, isCanonical, type Layer, parseHeader, scan, type Seen } from './seen.ts'

/** A form in which Sallyport refuses what the reference takes. */
export interface Strictness {
  readonly id: string
  readonly what: string
  readonly why: string
  /** Of the project's requirements, and of the RFCs. */
  readonly requirement: string
  readonly code: AccessTokenErrorCode
  readonly applies: (seen: Seen) => boolean
}

const inHeaders = (is: (header: Header, layer: Layer) => boolean) => (seen: Seen) =>
  seen.layers.some((layer) => is(layer.header, layer))

const malformed = 'token_malformed'

/**
 * Everything in which Sallyport is stricter than jose together with the documented policy, reviewed entry by entry. A
 * token to which an entry applies must be refused, and one to which none applies must not. There is no entry where
 * Sallyport is laxer, and never will be.
 */
export const strictness: readonly Strictness[] = [
  {
    id: 'base64url',
    what: 'a segment, or a member that is base64url, with padding, white space, or trailing bits that are not zero',
    why: 'One token has one text: what is remembered, revoked or logged by its text cannot be had under another one.',
    requirement: 'JOSE-2; RFC 7515 §2, RFC 4648 §3.5, §5',
    code: malformed,
    applies: ({ layers }) =>
      layers.some(({ segments, header }) => ![...segments, ...encodedMembers(header, segments)].every(isCanonical)),
  },
  {
    id: 'header-size',
    what: 'a header over 4,096 bytes',
    why: 'Headers are parsed before anything is known about the sender.',
    requirement: 'JOSE-3, DOS-1',
    code: malformed,
    applies: inHeaders((_, { segments }) => Buffer.from(segments[0] ?? '', 'base64url').length > 4096),
  },
  {
    id: 'byte-order-mark',
    what: 'a byte order mark before the JSON',
    why: 'It is no JSON: RFC 8259 lets parsers ignore it, and two parsers that differ are an attack.',
    requirement: 'JOSE-3; RFC 8259 §8.1',
    code: malformed,
    applies: ({ layers, claimsText }) =>
      [...layers.map(({ headerText }) => headerText), claimsText].some((text) => text?.startsWith('\ufeff')),
  },
  {
    id: 'duplicate-members',
    what: 'a header in which a member occurs twice, at any depth, escapes resolved',
    why: 'Two parsers may take two different values for the algorithm or the key.',
    requirement: 'JOSE-3; RFC 7515 §4, RFC 7493 §2.3',
    code: malformed,
    applies: inHeaders((_, { headerText }) => scan(headerText).hasDuplicates),
  },
  {
    id: 'crit',
    what: 'crit, of whatever value',
    why: 'No extension is implemented; jose implements b64.',
    requirement: 'JOSE-7; RFC 7515 §4.1.11',
    code: malformed,
    applies: inHeaders((header) => Object.hasOwn(header, 'crit')),
  },
  {
    id: 'b64',
    what: 'b64 other than true, without crit',
    why: 'It asks for another reading of the payload; without crit it is only ignored by those who do not know it.',
    requirement: 'JOSE-7; RFC 7797 §3, §6, §7',
    code: malformed,
    applies: inHeaders((header) => Object.hasOwn(header, 'b64') && header['b64'] !== true),
  },
  {
    id: 'kid',
    what: 'a kid that is no string, or over 512 characters',
    why: 'It must be a string; where only one key is configured, jose does not look at it.',
    requirement: 'JOSE-8; RFC 7515 §4.1.4',
    code: malformed,
    applies: inHeaders(({ kid }) => kid !== undefined && (typeof kid !== 'string' || kid.length > 512)),
  },
  {
    id: 'media-types',
    what: 'a typ or cty that is no string',
    why: 'They must be strings; jose looks only at what it is asked for.',
    requirement: 'JOSE-14; RFC 7515 §4.1.9, §4.1.10',
    code: malformed,
    applies: inHeaders(({ typ, cty }) => [typ, cty].some((type) => type !== undefined && typeof type !== 'string')),
  },
  {
    id: 'nesting',
    what: 'JSON nested deeper than 32 in a header or the claims',
    why: 'What is recursive later, as a deep freeze, must not run out of stack.',
    requirement: 'JOSE-15; RFC 8259 §9',
    code: malformed,
    applies: ({ layers, claimsText }) =>
      [...layers.map(({ headerText }) => headerText), claimsText ?? ''].some((text) => scan(text).depth > 32),
  },
  {
    id: 'many-values',
    what: 'over 128 members and elements in a header, or over 1,024 in the claims',
    why: 'To refuse a token must not cost more than to verify an honest one.',
    requirement: 'DOS-1; RFC 8259 §9',
    code: malformed,
    applies: ({ layers, claimsText }) =>
      layers.some(({ headerText }) => scan(headerText).count > 128) || scan(claimsText ?? '').count > 1_024,
  },
  {
    id: 'too-many-keys',
    what: 'a token that more than four keys of its issuer suit',
    why: 'A token chooses how much work it makes; the reference tries them all.',
    requirement: 'JOSE-9, DOS-1; RFC 7515 §6, appendix D',
    code: 'key_unknown',
    applies: ({ layers, policy }) => suitableSignatureKeys(policy, layers.at(-1)) > 4,
  },
  {
    id: 'too-many-decryption-keys',
    what: 'an encrypted token without kid that the first four keys that fit it do not decrypt',
    why: 'A token chooses how much work it makes; the reference tries them all.',
    requirement: 'JWE-11, DOS-1; RFC 7516 §5.2',
    code: 'decryption_failed',
    applies: ({ layers: [outer], policy, recipient }) => {
      if (outer === undefined || policy.decryption === undefined || recipient === undefined) return false
      const { alg, enc, kid } = outer.header
      const alike = candidates(policy.decryption.recipients, alg, enc, kid).filter((one) => isAlike(one, recipient))
      return alike.indexOf(recipient) >= 4
    },
  },
  {
    id: 'rsa-encrypted-key-length',
    what: 'a key encrypted with RSA-OAEP whose leading zero was left out',
    why: 'It has exactly as many bytes as the modulus; OpenSSL, and so WebCrypto, takes fewer for the same number.',
    requirement: 'JWE-3; RFC 8017 §7.1.2 step 1.b',
    code: 'decryption_failed',
    applies: ({ layers: [outer], recipient }) => {
      const modulusLength = recipient?.privateKey.asymmetricKeyDetails?.modulusLength
      return modulusLength !== undefined && bytesOf(outer?.segments[1]) * 8 !== modulusLength
    },
  },
  {
    id: 'zip',
    what: 'zip, of whatever value',
    why: 'Compression before encryption tells about the content, and a small token becomes a large one.',
    requirement: 'JWE-2; RFC 8725 §3.6',
    code: 'algorithm_refused',
    applies: ({ layers: [outer] }) => outer?.segments.length === 5 && Object.hasOwn(outer.header, 'zip'),
  },
  {
    id: 'party-information',
    what: 'apu or apv over 512 bytes',
    why: 'They are hashed once for every 32 bytes of key, before anything is authenticated.',
    requirement: 'JWE-5; RFC 7518 §4.6.1.2, §4.6.1.3',
    code: malformed,
    applies: inHeaders(
      (header, { segments }) =>
        isAgreement(header, segments) && [header['apu'], header['apv']].some((value) => bytesOf(value) > 512),
    ),
  },
]

const bytesOf = (value: unknown) => (typeof value === 'string' ? Buffer.from(value, 'base64url').length : 0)

const isAgreement = ({ alg }: Header, segments: readonly string[]) =>
  segments.length === 5 && String(alg).startsWith('ECDH-ES')

/** Keys that a token cannot tell apart; of others it is plain that they were not meant. */
function isAlike({ privateKey: one }: Recipient, { privateKey: other }: Recipient): boolean {
  const [oneDetails, otherDetails] = [one.asymmetricKeyDetails ?? {}, other.asymmetricKeyDetails ?? {}]
  return (
    one.asymmetricKeyType === other.asymmetricKeyType &&
    oneDetails.namedCurve === otherDetails.namedCurve &&
    oneDetails.modulusLength === otherDetails.modulusLength
  )
}

/** Members that the algorithm has in the header, encoded as segments are. */
function encodedMembers(header: Header, segments: readonly string[]): readonly string[] {
  const members: unknown[] = []
  if (isAgreement(header, segments)) {
    const epk = (header['epk'] ?? {}) as Readonly<Record<string, unknown>>
    members.push(header['apu'], header['apv'], epk['x'], ...(epk['kty'] === 'EC' ? [epk['y']] : []))
  }
  if (segments.length === 5 && String(header.alg).endsWith('GCMKW')) members.push(header['iv'], header['tag'])
  return members.filter((member) => typeof member === 'string')
}

const keyTypes: readonly (readonly [RegExp, string, string | undefined])[] = [
  [/^[RP]S/, 'RSA', undefined],
  [/^ES256$/, 'EC', 'P-256'],
  [/^ES384$/, 'EC', 'P-384'],
  [/^ES512$/, 'EC', 'P-521'],
  [/^Ed/, 'OKP', undefined],
]

function suitableSignatureKeys({ issuers }: Policy, layer: Layer | undefined): number {
  if (layer?.segments.length !== 3 || layer.header.kid !== undefined) return 0
  const { alg = '' } = layer.header
  const claims = parseHeader(decode(layer.segments[1] ?? '')) as { readonly iss?: unknown }
  const [, kty, curve] = keyTypes.find(([pattern]) => pattern.test(alg)) ?? []
  const keys = issuers.find(({ name }) => name === claims.iss)?.keys ?? []
  return keys.filter(
    ({ key, alg: own }) =>
      key.kty === kty && (curve === undefined || key.curve?.name === curve) && (own === undefined || own === alg),
  ).length
}
