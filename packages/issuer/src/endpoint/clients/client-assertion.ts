import { decodeJwt, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { TokenRequestError } from '../token-request-error.ts'

/** RFC 7523 §2.2 */
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** What client assertions may be signed with. */
export const assertionAlgorithms: readonly string[] = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
]

const maxAssertionLength = 8192
const maxIdentifierLength = 256

/** Longest time from now to `exp`, and so of remembering an assertion. */
const maxLifetimeSeconds = 300
const clockToleranceSeconds = 10

/** RFC 7523 says nothing about `typ`; what names another kind of token is none of a client's. */
const acceptedTypes = ['jwt', 'client-authentication+jwt']

/** @param typ as it was signed: jose does not look at it */
function isAcceptedType(typ: unknown): boolean {
  if (typeof typ !== 'string') return typ === undefined
  return acceptedTypes.includes(typ.toLowerCase().replace(/^application\//, ''))
}

/** An assertion that is good, but for being seen before. */
interface VerifiedAssertion {
  readonly jti: string
  /** Until when it must not be used again, in milliseconds since the epoch. */
  readonly expiresAtMs: number
}

/**
 * Who an assertion claims to be from; it only selects the keys.
 *
 * @throws TokenRequestError `client_refused`
 */
export function assertionSubject(assertion: string): string {
  if (assertion.length <= maxAssertionLength) {
    try {
      const { sub } = decodeJwt(assertion)
      if (typeof sub === 'string' && sub !== '') return sub
    } catch {
      // Refused below.
    }
  }
  throw new TokenRequestError('client_refused', 'the client assertion is no JWT with a subject')
}

/**
 * Verifies a client assertion (RFC 7523 §3): signed by the client, from and about it, for this server and nobody else,
 * with a short life and an id.
 *
 * @param audiences the issuer's identifier and its token endpoint
 * @throws TokenRequestError `client_refused`
 */
export async function verifyAssertion(
  assertion: string,
  clientId: string,
  findKey: JWTVerifyGetKey,
  audiences: readonly string[],
): Promise<VerifiedAssertion> {
  const { payload, typ } = await verifySignature(assertion, findKey)
  const refuse = (reason: string) => new TokenRequestError('client_refused', `the client assertion ${reason}`)
  if (!isAcceptedType(typ)) throw refuse('is of another type')
  const { iss, sub, aud, exp, jti } = payload
  if (iss !== clientId || sub !== clientId) throw refuse('is from, or about, somebody else')
  // One that is for other servers too could be presented by them.
  const named: readonly (string | undefined)[] = Array.isArray(aud) ? aud : [aud]
  if (named.length === 0 || !named.every((one) => one !== undefined && audiences.includes(one))) {
    throw refuse('is for another audience')
  }
  const longest = Date.now() / 1000 + maxLifetimeSeconds + clockToleranceSeconds
  if (exp === undefined || exp > longest) throw refuse('lives too long')
  if (typeof jti !== 'string' || jti === '' || jti.length > maxIdentifierLength) throw refuse('has no usable jti')
  return { jti, expiresAtMs: (exp + clockToleranceSeconds) * 1000 }
}

async function verifySignature(
  assertion: string,
  findKey: JWTVerifyGetKey,
): Promise<{ readonly payload: JWTPayload; readonly typ: unknown }> {
  try {
    const options = {
      algorithms: [...assertionAlgorithms],
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'jti'],
    }
    const { payload, protectedHeader } = await jwtVerify(assertion, findKey, options)
    const { iat } = payload
    // jose looks at iat only where an age is asked for.
    if (iat !== undefined && iat > Date.now() / 1000 + clockToleranceSeconds) throw new Error('from the future')
    return { payload, typ: protectedHeader.typ }
  } catch {
    throw new TokenRequestError(
      'client_refused',
      'the client assertion is not signed by a key of the client, or expired',
    )
  }
}
