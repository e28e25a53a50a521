import type { Situation } from '../situation.ts'

const latest = 253_402_300_799
const toleranceSeconds = 30

/** The checks that Sallyport's claims stage makes in profile `interoperable`, without its words for what is wrong. */
export function checkRawClaims(claims: Record<string, unknown>, { issuer, audience }: Situation): void {
  const { iss, aud, exp, nbf, iat } = claims
  if (iss !== issuer) throw new Error('iss')
  if (!isMeantFor(aud, audience)) throw new Error('aud')
  const now = Date.now() / 1000
  if (!isDate(exp) || now >= exp + toleranceSeconds) throw new Error('exp')
  if (nbf !== undefined && (!isDate(nbf) || now < nbf - toleranceSeconds)) throw new Error('nbf')
  if (iat !== undefined && (!isDate(iat) || now < iat - toleranceSeconds)) throw new Error('iat')
  if (!isStringOrAbsent(claims['sub'])) throw new Error('sub')
  if (!isStringOrAbsent(claims['jti'])) throw new Error('jti')
  if (!isStringOrAbsent(claims['client_id'])) throw new Error('client_id')
  if (!areScopes(claims['scope']) || !areScopes(claims['scp'])) throw new Error('scope')
  if (isLookalike(claims)) throw new Error('look-alike')
  if (claims['cnf'] !== undefined) throw new Error('cnf')
}

function isMeantFor(aud: unknown, audience: string): boolean {
  if (!Array.isArray(aud)) return aud === audience
  return aud.every((value) => typeof value === 'string') && aud.includes(audience)
}

function isDate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= latest
}

function isStringOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function areScopes(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((scope) => typeof scope === 'string' && !scope.includes(' '))
  return isStringOrAbsent(value)
}

function isLookalike(claims: Record<string, unknown>): boolean {
  const { typ } = claims
  return (
    claims['at_hash'] !== undefined ||
    claims['c_hash'] !== undefined ||
    claims['s_hash'] !== undefined ||
    claims['events'] !== undefined ||
    claims['htm'] !== undefined ||
    claims['htu'] !== undefined ||
    claims['token_introspection'] !== undefined ||
    claims['token_use'] === 'id' ||
    typ === 'ID' ||
    typ === 'Refresh' ||
    typ === 'Offline' ||
    typ === 'Logout'
  )
}
