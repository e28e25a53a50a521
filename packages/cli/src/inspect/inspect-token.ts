import { decodePart, parseObject, type JsonObject, type Part } from '../token/index.ts'
import { explainClaims, findInClaims } from './claims.ts'
import { findExposed, findInSize, findUnprintable } from './content.ts'
import { findInEncryption } from './encryption.ts'
import { explainHeader, findInHeader, findInType } from './header.ts'
import { type Finding, type Inspection, note, problem } from './inspection.ts'
import { findLookAlike } from './look-alikes.ts'
import { findInSignature } from './signature.ts'
import { findInTimes } from './time.ts'

/** Longest token that is taken apart; the rest of the world stops far below. */
const maxBytes = 1_048_576

/**
 * Explains a token and says what is wrong with it. Nothing is verified, nothing is sent anywhere: whether its signature
 * is right, this does not tell.
 *
 * @param nowMs what time it is, in milliseconds since the epoch; default now
 * @example
 * ```ts
 * const { kind, findings } = inspectToken(token)
 * console.log(kind, findings.filter(({ level }) => level === 'problem'))
 * ```
 */
export function inspectToken(token: string, nowMs: number = Date.now()): Inspection {
  const bytes = Buffer.byteLength(token)
  const compact = token.replace(/\s+/g, '')
  const segments = bytes > maxBytes ? [] : compact.split('.')
  const isJwt = segments.length === 3 || segments.length === 5
  if (!isJwt) return { ...nothing('opaque', bytes), findings: [whyOpaque(compact, segments.length, bytes)] }
  const spaces =
    compact === token
      ? []
      : [
          problem(
            'white_space',
            'It has white space or line breaks inside.',
            'Was it copied from a page? Join its lines.',
          ),
        ]
  const inspection = segments.length === 3 ? inspectSigned(segments, bytes, nowMs) : inspectEncrypted(segments, bytes)
  return { ...inspection, findings: sorted([...spaces, ...inspection.findings, ...findInSize(bytes)]) }
}

function inspectSigned(segments: readonly string[], bytes: number, nowMs: number): Inspection {
  const [header, payload, signature] = segments.map(decodePart) as [Part, Part, Part]
  const parsedHeader = parseObject(header.bytes)
  const parsedClaims = parseObject(payload.bytes)
  const { object: members } = parsedHeader
  const { object: claims } = parsedClaims
  return {
    ...nothing('signed', bytes),
    header: members === undefined ? [] : explainHeader(members, 'signed'),
    claims: claims === undefined ? [] : explainClaims(claims, nowMs),
    parts: [{ name: 'signature', bytes: signature.bytes.length, meaning: meaningOfSignature(signature.bytes) }],
    findings: [
      ...findInParts({ header, payload, signature }),
      ...(members === undefined
        ? [problem('header_malformed', `Its header cannot be read: ${parsedHeader.fault ?? ''}.`)]
        : [
            ...findInHeader(members, header.bytes.length, parsedHeader.duplicates),
            ...findInSignature(members['alg'], signature.bytes),
            ...findInType(members),
          ]),
      ...(claims === undefined
        ? [problem('claims_malformed', `Its claims cannot be read: ${parsedClaims.fault ?? ''}.`)]
        : [
            ...findLookAlike(claims),
            ...findInClaims(claims, parsedClaims.duplicates),
            ...findInTimes(claims, nowMs),
            ...findExposed(claims),
          ]),
      ...findUnprintable([members ?? {}, claims ?? {}]),
    ],
  }
}

function inspectEncrypted(segments: readonly string[], bytes: number): Inspection {
  const [header, encryptedKey, iv, ciphertext, tag] = segments.map(decodePart) as [Part, Part, Part, Part, Part]
  const { object: members, duplicates, fault } = parseObject(header.bytes)
  const lengths: readonly (readonly [string, Part, string])[] = [
    [
      'encrypted key',
      encryptedKey,
      encryptedKey.bytes.length === 0 ? 'none: alg has no need of one' : 'the content key, for the API alone',
    ],
    ['initialization vector', iv, 'new for each token'],
    ['ciphertext', ciphertext, 'the token inside, encrypted'],
    ['tag', tag, 'shows whether anything was changed'],
  ]
  const material = { encryptedKey: encryptedKey.bytes, iv: iv.bytes, ciphertext: ciphertext.bytes, tag: tag.bytes }
  return {
    ...nothing('encrypted', bytes),
    header: members === undefined ? [] : explainHeader(members, 'encrypted'),
    parts: lengths.map(([name, part, meaning]) => ({ name, bytes: part.bytes.length, meaning })),
    findings: [
      ...findInParts({ header, 'encrypted key': encryptedKey, 'initialization vector': iv, ciphertext, tag }),
      ...(members === undefined
        ? [problem('header_malformed', `Its header cannot be read: ${fault ?? ''}.`)]
        : [
            ...findInHeader(members, header.bytes.length, duplicates),
            ...findInEncryption(members, material),
            ...findReplicated(members),
          ]),
      ...findUnprintable([members ?? {}]),
    ],
  }
}

function nothing(kind: Inspection['kind'], bytes: number): Inspection {
  return { kind, bytes, header: [], claims: [], parts: [], findings: [] }
}

function findInParts(parts: Readonly<Record<string, Part>>): readonly Finding[] {
  return Object.entries(parts).flatMap(([name, { fault }]) => {
    return fault === undefined ? [] : [problem('not_canonical', `Its ${name} is not canonical base64url: ${fault}.`)]
  })
}

function findReplicated(header: JsonObject): readonly Finding[] {
  const repeated = ['iss', 'sub', 'aud'].filter((name) => Object.hasOwn(header, name))
  if (repeated.length === 0) return []
  const message = `It repeats claims in the clear: ${repeated.join(', ')}. They have to equal those inside.`
  return [note('claims_replicated', message)]
}

function meaningOfSignature(signature: Buffer): string {
  return signature.length === 0 ? 'none' : 'not checked here: sallyport verify does'
}

function whyOpaque(text: string, segments: number, bytes: number): Finding {
  if (bytes > maxBytes) return problem('too_large', 'It has more than 1 MiB: that is no token.')
  if (text.startsWith('{')) {
    const message =
      'It is JSON. Access tokens come in compact serialization: three or five parts with dots between them.'
    return problem('json_serialization', message)
  }
  if (segments === 1) {
    const message = 'It is no JWT: it has no dots. It may be an opaque token, which only its issuer understands.'
    return problem('opaque', message, "Ask the issuer's introspection endpoint (RFC 7662).")
  }
  const message = `It is no JWT: it has ${segments} parts; a signed token has 3, an encrypted one 5.`
  return problem('not_a_jwt', message, segments === 2 || segments === 4 ? 'Perhaps the end was cut off.' : undefined)
}

const order = { problem: 0, warning: 1, note: 2 } as const

function sorted(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((one, other) => order[one.level] - order[other.level])
}
