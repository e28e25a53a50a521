import { isAscii, isUtf8 } from 'node:buffer'
import {
  constants,
  createHmac,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { isSecretAlgorithm, type Situation } from '../situation.ts'
import { checkRawClaims } from './raw-claims.ts'

/** A JWS taken apart; nothing of it is believed yet. */
export interface ReadJws {
  readonly claims: Record<string, unknown>
  readonly input: Buffer
  readonly signature: Buffer
}

/** Verification by hand for exactly one issuer, one key and one algorithm: as little as can be done. */
export interface RawJws {
  readonly read: (token: string) => ReadJws
  readonly verifySignature: (jws: ReadJws) => boolean
  readonly checkClaims: (claims: Record<string, unknown>) => void
  readonly hash: string | null
  readonly key: Parameters<typeof verify>[2]
}

/**
 * @param header `parsed` with each token, or compared with the `known` one that a token with a good form had before
 */
export function createRawJws(situation: Situation, header: 'parsed' | 'known'): RawJws {
  const { alg } = situation
  const isSecret = isSecretAlgorithm(alg)
  const key = isSecret ? createSecretKey(situation.verificationKey.k ?? '', 'base64url') : publicKeyOf(situation)
  const hash = alg === 'EdDSA' ? null : `sha${alg.slice(2)}`
  const length = signatureLength(alg, key)
  const verificationInput = isSecret ? key : verificationInputOf(alg, key)
  let knownHeader: string | undefined
  return {
    hash,
    key: verificationInput,
    read: (token) => {
      const first = token.indexOf('.')
      const second = token.indexOf('.', first + 1)
      if (first === -1 || second === -1 || token.includes('.', second + 1)) throw new Error('form')
      const headerSegment = token.slice(0, first)
      if (header === 'parsed' || headerSegment !== knownHeader) {
        checkHeader(parseObject(decode(headerSegment)), situation)
        knownHeader = headerSegment
      }
      const signature = decode(token.slice(second + 1))
      if (signature.length !== length) throw new Error('signature')
      const claims = parseObject(decode(token.slice(first + 1, second)))
      return { claims, input: Buffer.from(token.slice(0, second), 'latin1'), signature }
    },
    verifySignature: isSecret
      ? ({ input, signature }) =>
          timingSafeEqual(
            createHmac(hash ?? '', key)
              .update(input)
              .digest(),
            signature,
          )
      : ({ input, signature }) => verify(hash, input, verificationInput, signature),
    checkClaims: (claims) => checkRawClaims(claims, situation),
  }
}

/** Canonical base64url only. */
export function decode(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url')
  if (bytes.toString('base64url') !== segment) throw new Error('base64url')
  return bytes
}

export function parseObject(bytes: Buffer): Record<string, unknown> {
  const value: unknown = JSON.parse(textOf(bytes))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('object')
  return value as Record<string, unknown>
}

/** The quickest way to a string from what is nearly always ASCII. */
function textOf(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1')
  if (!isUtf8(bytes)) throw new Error('UTF-8')
  return bytes.toString('utf8')
}

function checkHeader(header: Record<string, unknown>, { alg, kid }: Situation): void {
  const { typ } = header
  if (header['alg'] !== alg || header['kid'] !== kid) throw new Error('key')
  if ('crit' in header || 'b64' in header) throw new Error('extension')
  if (typ !== undefined && (typeof typ !== 'string' || !isAccessTokenType(typ))) throw new Error('typ')
}

function isAccessTokenType(typ: string): boolean {
  const lower = typ.toLowerCase()
  return lower === 'at+jwt' || lower === 'jwt' || lower === 'application/at+jwt' || lower === 'application/jwt'
}

function publicKeyOf({ verificationKey }: Situation): KeyObject {
  return createPublicKey({ key: verificationKey, format: 'jwk' })
}

function verificationInputOf(alg: string, key: KeyObject): Parameters<typeof verify>[2] {
  if (alg.startsWith('ES')) return { key, dsaEncoding: 'ieee-p1363' }
  if (!alg.startsWith('PS')) return key
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}

function signatureLength(alg: string, key: KeyObject): number {
  const { modulusLength } = key.asymmetricKeyDetails ?? {}
  if (modulusLength !== undefined) return Math.ceil(modulusLength / 8)
  if (alg.startsWith('HS')) return Number(alg.slice(2)) / 8
  return { ES384: 96, ES512: 132 }[alg] ?? 64
}
